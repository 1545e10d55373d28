import assert from 'node:assert/strict';
import { differences, masked } from './compare.ts';
import { knownDifferences, noise } from './known-differences.ts';
import { runConfiguredMock } from './mock-under-test.ts';
import { record } from './recorder.ts';
import { loadRecording, loadScenario } from './scenario.ts';

describe('the mock against recordings of the real Orthanc', () => {
  for (const version of ['1.12.7', '1.10.1']) {
    it(`answers 944 requests as ${version} did, but for what is listed`, async function () {
      this.timeout(60_000);
      const real = loadRecording(version);
      const orthanc = await runConfiguredMock(version);

      const mock = await record(orthanc.url, loadScenario()).finally(() => orthanc.close());

      const found = differences(real, mock);
      const known = knownDifferences[version] ?? {};
      const news = [...found].filter(([key]) => !(key in known) && !(key in noise));
      const details = news.map(
        ([key, what]) => `${what} ${key}\n${masked(real, mock, key).join('\n')}`,
      );
      assert.equal(Object.keys(real).length, 944);
      assert.deepEqual(details, []);
      assert.deepEqual(
        Object.keys(known).filter((key) => !found.has(key)),
        [],
      );
    });
  }
});
