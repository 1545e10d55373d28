// The curl recipes of the README, run as they stand but for the port.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const script = /\*\*Recipes\.\*\*[^\n]*\n```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
const mark = '== recipe ==';

describe('recipes of the README', () => {
  let servers: MockServers;
  /** What each recipe prints, by the comment above it. */
  let printed: Readonly<Record<string, string>>;
  before(async function () {
    this.timeout(30_000);
    if (spawnSync('curl', ['--version']).error) {
      console.warn('SKIPPED: curl is not installed; the recipes were not run');
      this.skip();
    }
    servers = await startMockServers({ ports: { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 } });
    const [port = ''] = /\d+$/.exec(String(servers.urls.openemr)) ?? [];
    const marked = script
      .replace('127.0.0.1:8081', `127.0.0.1:${port}`)
      .replace(/^# (.*)$/gm, (_, title: string) => `echo; echo '${mark}${title}'`);
    const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', marked], { maxBuffer: 1e7 });
    const parts = stdout.split(mark).slice(1);
    printed = Object.fromEntries(
      parts.map((part) => {
        const [title = '', ...lines] = part.split('\n');
        return [title, lines.join('\n').trim()];
      }),
    );
  });
  after(() => servers?.stop());

  /** The one whose comment begins so; several answers stand behind one another. */
  const recipe = (title: string): string => {
    const [, text = ''] = Object.entries(printed).find(([known]) => known.startsWith(title)) ?? [];
    assert.notEqual(text, '', title);
    return text;
  };

  it('are five, and the shell runs them to the end', () => {
    assert.equal(Object.keys(printed).length, 5);
  });

  it('get a token for the client of the guides', () => {
    assert.match(recipe('a token for'), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('create a patient by FHIR and find it', () => {
    const text = recipe('create a patient');

    const [, uuid = ''] = /^\{"pid":\d+,"uuid":"([0-9a-f-]{36})"\}/.exec(text) ?? [];
    assert.notEqual(uuid, '');
    assert.ok(text.includes('"type":"collection","total":1'));
    assert.ok(text.includes(`"id":"${uuid}"`));
  });

  it('show the refusal of a client that nobody enabled', () => {
    assert.equal(
      recipe('a registered client'),
      '{"error":"invalid_client","error_description":"Client authentication failed","message":"Client authentication failed"}',
    );
  });

  it('find the patient by the standard API', () => {
    const text = recipe('a client of your own');

    assert.ok(text.includes('"fname":"Seoyeon","lname":"Han"'));
    assert.equal(text.match(/"pubpid"/g)?.length, 1);
  });

  it('switch a known bug off', () => {
    assert.equal(recipe('without one known bug').match(/"pubpid"/g)?.length, 2);
  });
});
