// Settings of V8 hold for a whole process, so each case has its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MB = 1024 * 1024;

/** MB of the young generation after much that outlives it, with bodies of a size in between. */
async function youngAfterLoad(bodyLength: number): Promise<number> {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundYoungSpace } from '#mock-servers/fhir/young-space.ts';
    const kept = [];
    for (let index = 0; index < 1_000_000; index += 1) {
      kept[index % 400_000] = { index, list: [index] };
      if (index % 1000 === 0) boundYoungSpace(${bodyLength});
    }
    const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    console.log(space_size);`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    // What V8 takes by itself follows the memory of the machine.
    '--max-semi-space-size=64',
    '--input-type=module',
    '--eval',
    script,
  ]);
  return Number(stdout) / MB;
}

describe('boundYoungSpace', function () {
  this.timeout(60_000);

  it('lets it grow while bodies are small, and stops it when they are large', async () => {
    const [small, large] = await Promise.all([youngAfterLoad(1000), youngAfterLoad(1_000_000)]);

    assert.ok(small > 40, `${small} MB`);
    assert.ok(large <= 32, `${large} MB`);
  });
});
