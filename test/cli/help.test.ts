import assert from 'node:assert/strict';
import { createProgram } from '#cli/program.ts';
import { english } from '#core/text.ts';
import { korean } from '#test/support/korean.ts';
import { aTerminal } from '#test/support/terminal.ts';

async function help(args: readonly string[], say = english): Promise<string> {
  const { terminal, printed } = aTerminal();
  const program = createProgram({ ...terminal, say }, '1.2.3');
  await assert.rejects(program([...args, '--help']), { code: 'commander.helpDisplayed' });
  return printed().replace(/\s+/g, ' ');
}

const commands = [
  [],
  ['start'],
  ['exec'],
  ['demo'],
  ['wait'],
  ['status'],
  ['reset'],
  ['stop'],
  ['token'],
  ['doctor'],
  ['dicom'],
  ...['send', 'find', 'get', 'preview', 'show', 'delete', 'echo'].map((name) => ['dicom', name]),
];

describe('help', () => {
  it('names the variables of the environment and the values without them', async () => {
    const [send, doctor, start] = [
      await help(['dicom', 'send']),
      await help(['doctor']),
      await help(['start']),
    ];

    assert.match(send, /address of Orthanc \(else ORTHANC_URL, else http:\/\/127\.0\.0\.1:8042\)/);
    for (const name of ['ORTHANC_USER', 'ORTHANC_PASSWORD', 'ORTHANC_DIMSE', 'OPENEMR_CA_FILE']) {
      assert.ok(send.includes(name), name);
    }
    assert.match(send, /rest, stow, cstore\) \(default: rest\)/);
    assert.match(doctor, /OPENEMR_SITE, else default\)/);
    assert.match(doctor, /OPENEMR_GRANT, else client_credentials\)/);
    assert.match(
      start,
      /--port-orthanc <PORT> port of Orthanc, 0 for a free one \(default: 8042\)/,
    );
  });

  for (const command of commands) {
    it(`of "${command.join(' ')}" is Korean to its last word`, async () => {
      const words = await help(command, korean);

      assert.match(words, /^사용법: openemr-workbench/);
      assert.doesNotMatch(words, /undefined/);
      assert.doesNotMatch(
        words,
        /(?:Options|Commands|Arguments):|\((?:default|choices):|display|\[(?:options|command)\]/,
      );
    });
  }
});
