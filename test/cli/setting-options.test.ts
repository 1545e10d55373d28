import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { doctor } from '#cli/commands/doctor.ts';
import { optionsByFinding } from '#cli/setting-options.ts';
import { renderError } from '#cli/terminal.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { text } from '#core/text.ts';
import { MissingSetting } from '#core/workflows/connect.ts';
import { type Listening, listen } from '#test/support/listen.ts';
import { aTerminal } from '#test/support/terminal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('where something is given on the command line', () => {
  it('is told for findings that there are', () => {
    const sources = globSync('core/{oauth,workflows}/**/*.ts', { cwd: root }).map(read).join('\n');

    const unknown = Object.keys(optionsByFinding).filter((id) => !sources.includes(`'${id}'`));

    assert.deepEqual(unknown, []);
  });

  it('names options and variables that there are', () => {
    const known = ['cli/program.ts', 'cli/settings.ts'].map(read).join('\n');
    const words = Object.values(optionsByFinding).flatMap((options) =>
      options.split(', ').map((option) => option.split(' ')[0] ?? ''),
    );

    assert.deepEqual(
      words.filter((word) => !known.includes(word)),
      [],
    );
  });

  it('stands below an error that asks for something', () => {
    const { terminal, remarked } = aTerminal();

    renderError(new MissingSetting('clientId', text('The client id is missing.')), terminal);

    assert.equal(
      remarked(),
      'OAUTH_SETTINGS: The client id is missing.\nOn the command line: --client-id, OPENEMR_CLIENT_ID',
    );
  });
});

describe('doctor', () => {
  let server: Listening;
  before(async () => {
    server = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>');
    });
  });
  after(() => server.close());

  it('says of a web server that it is no OpenEMR, and where to give another address', async () => {
    const words = aTerminal();
    const json = aTerminal();

    const code = await doctor({ url: server.url }, words.terminal);
    await doctor({ url: server.url, json: true }, json.terminal);

    assert.equal(code, 1);
    assert.match(words.printed(), /Something else than OpenEMR answers at this address/);
    assert.match(words.printed(), /On the command line: --url, OPENEMR_URL/);
    const report = parseJson(json.printed());
    assert.ok(isRecord(report));
    assert.match(JSON.stringify(report), /"options":"--url, OPENEMR_URL"/);
  });
});
