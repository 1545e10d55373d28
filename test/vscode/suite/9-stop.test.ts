import assert from 'node:assert/strict';
import { run, startMocks } from './workbench.ts';

describe('stopping the mock servers', () => {
  it('ends the process: nobody answers any more', async () => {
    const { openemr } = await startMocks();

    await run('openemrWorkbench.stopMocks');

    await assert.rejects(fetch(`${openemr}/__admin/health`));
  });

  it('can be started again', async () => {
    const { openemr } = await startMocks();

    assert.equal((await fetch(`${openemr}/__admin/health`)).status, 200);
    await run('openemrWorkbench.stopMocks');
  });
});
