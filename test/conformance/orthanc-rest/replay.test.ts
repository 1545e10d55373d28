// The recorded conversation with the mock, beside what the real server answered when it was recorded and
// beside what it answers now, so that the recordings cannot rot.
import assert from 'node:assert/strict';
import {
  missingRealOrthanc,
  type RealVersion,
  realVersions,
  startRealOrthanc,
} from '#test/support/real-orthanc.ts';
import { differences, masked } from './compare.ts';
import { knownDifferences, noise } from './known-differences.ts';
import { runConfiguredMock } from './mock-under-test.ts';
import { record } from './recorder.ts';
import { loadRecording, loadScenario, type Recording } from './scenario.ts';

for (const version of realVersions) {
  const missing = missingRealOrthanc(version);

  describe(`the mock beside the real Orthanc ${version}`, () => {
    const recorded = loadRecording(version);
    let mock: Recording = {};
    let live: Recording = {};
    before(async function () {
      this.timeout(120_000);
      [mock, live] = await Promise.all([
        recordOf(runConfiguredMock(version)),
        missing === undefined ? recordOf(startRealOrthanc({ version })) : {},
      ]);
    });

    it('answers 944 requests as recorded, but for what is listed', () => {
      assert.equal(Object.keys(recorded).length, 944);
      assert.deepEqual(news(recorded, mock, version), []);
      const found = differences(recorded, mock);
      const listed = Object.keys(knownDifferences[version] ?? {});
      assert.deepEqual(
        listed.filter((key) => !found.has(key)),
        [],
      );
    });

    it('answers them as the real server does now, but for what is listed', function () {
      if (missing !== undefined) {
        console.warn(`SKIPPED orthanc-rest live: ${missing}`);
        this.skip();
      }
      assert.equal(Object.keys(live).length, 944);
      assert.deepEqual(news(live, mock, version), []);
      // The server is the recorded one, so that a new Debian release is noticed.
      assert.deepEqual(news(recorded, live, version), []);
    });
  });
}

async function recordOf(starting: Promise<{ readonly url: string; close(): Promise<void> }>) {
  const server = await starting;
  return record(server.url, loadScenario()).finally(() => server.close());
}

/** Both sides of each difference that is not listed. */
function news(real: Recording, other: Recording, version: RealVersion): readonly string[] {
  const known = { ...knownDifferences[version], ...noise };
  return [...differences(real, other)]
    .filter(([key]) => !(key in known))
    .map(([key, what]) => `${what} ${key}\n${masked(real, other, key).join('\n')}`);
}
