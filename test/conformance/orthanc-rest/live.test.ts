// The same conversation with Debian's Orthanc and the mock in one run, so that the recordings cannot rot.
import assert from 'node:assert/strict';
import { missingRealOrthanc, startRealOrthanc } from '#test/support/real-orthanc.ts';
import { differences, masked } from './compare.ts';
import { knownDifferences, noise } from './known-differences.ts';
import { runConfiguredMock } from './mock-under-test.ts';
import { record } from './recorder.ts';
import { loadRecording, loadScenario } from './scenario.ts';

describe('the mock beside the real Orthanc 1.10.1', () => {
  before(function () {
    const reason = missingRealOrthanc();
    if (reason === undefined) return;
    console.warn(`SKIPPED orthanc-rest live: ${reason}`);
    this.skip();
  });

  it('answers the recorded requests alike, but for what is listed', async function () {
    this.timeout(120_000);
    const scenario = loadScenario();
    const orthanc = await startRealOrthanc();
    const real = await record(orthanc.url, scenario).finally(() => orthanc.close());
    const running = await runConfiguredMock('1.10.1');
    const mock = await record(running.url, scenario).finally(() => running.close());

    const known = { ...knownDifferences['1.10.1'], ...noise };
    const news = [...differences(real, mock)].filter(([key]) => !(key in known));

    const details = news.map(
      ([key, what]) => `${what} ${key}\n${masked(real, mock, key).join('\n')}`,
    );
    assert.deepEqual(details, []);
    // The installed server is the recorded one, so that a new Debian release is noticed.
    const drift = [...differences(loadRecording('1.10.1'), real).keys()].filter(
      (key) => !(key in known),
    );
    assert.deepEqual(drift, []);
  });
});
