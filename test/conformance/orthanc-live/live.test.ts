// Requests beyond the recorded ones, right and wrong, to the mock and to the server that it emulates: every
// status, header and body the same, but for what is listed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type OrthancUnderTest, pairs, skipLoudly } from '../orthanc/servers.ts';
import { type Call, callsOf } from './call-line.ts';
import { knownDifferences } from './known-differences.ts';
import { isSame, Session } from './session.ts';

const folder = new URL('./calls/', import.meta.url);
const tables = readdirSync(folder)
  .sort()
  .map((name) => [name, callsOf(readFileSync(new URL(name, folder), 'utf8'))] as const);
const pair = pairs.find(({ version }) => version === '1.12.7');
assert.ok(pair !== undefined);

describe('the mock and a live Orthanc 1.12.7', function () {
  this.timeout(60_000);
  const seen = new Set<string>();

  for (const [name, calls] of tables) {
    it(`answer ${calls.length} requests alike: ${name}`, async function () {
      const reason = pair.real.missing();
      if (reason !== undefined) skipLoudly(this, reason);
      const servers = await Promise.all([pair.real.start(), pair.mock.start({ Name: 'GOLDEN' })]);
      try {
        const found = await differences(calls, servers);
        for (const line of found.keys()) seen.add(line);

        const news = [...found].filter(([line]) => !(line in knownDifferences));
        assert.deepEqual(
          news.map(([line, answers]) => `${line}\n${answers.join('\n--- mock\n')}`),
          [],
        );
      } finally {
        await Promise.all(servers.map((server) => server.close()));
      }
    });
  }

  it('differ in all that is listed', function () {
    if (seen.size === 0) this.skip();
    assert.deepEqual(
      Object.keys(knownDifferences).filter((line) => !seen.has(line)),
      [],
    );
  });
});

/** Both answers, the real one first, to each line that is not answered alike. */
async function differences(
  calls: readonly Call[],
  servers: readonly OrthancUnderTest[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const sessions = servers.map(({ url }) => new Session(url));
  const found = new Map<string, readonly string[]>();
  try {
    await Promise.all(sessions.map((session) => session.store()));
    for (const call of calls) {
      const answers = await Promise.all(sessions.map((session) => session.ask(call)));
      const [real = '', mock = ''] = answers;
      if (!isSame(real, mock)) found.set(call.line, answers);
    }
  } finally {
    for (const session of sessions) session.close();
  }
  return found;
}
