import assert from 'node:assert/strict';
import { rowLine } from '#cli/commands/dicom-send.ts';
import type { Terminal } from '#cli/terminal.ts';
import { text } from '#core/text.ts';
import { aTerminal } from '#test/support/terminal.ts';

const { terminal } = aTerminal();

describe('rowLine', () => {
  it('has the status in words, the name and what became of it', () => {
    const line = rowLine(
      { name: 'a.dcm', path: 'a.dcm', status: 'AlreadyStored', orthancId: 'id-1' },
      terminal,
    );

    assert.equal(line, 'already there  a.dcm  id-1');
  });

  it('prints nothing that a terminal would obey or turn around', () => {
    const name = 'a\u001b]0;x\u0007\n\u202egpj.dcm';
    const reason = text('{name} cannot be read', { name });

    const line = rowLine({ name, path: name, status: 'Failed', reason }, terminal);

    assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
    assert.ok(line.includes('gpj.dcm'));
  });

  it('keeps its columns with Korean words, which are twice as wide', () => {
    const say: Terminal['say'] = ({ template }) => (template === 'stored' ? '저장됨' : template);

    const line = rowLine({ name: 'a.dcm', path: 'a.dcm', status: 'Success' }, { ...terminal, say });

    assert.equal(line, `저장됨${' '.repeat(13 - 6)}  a.dcm`);
  });
});
