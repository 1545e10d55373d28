import assert from 'node:assert/strict';
import { type Benchmark, measure, median, SkipBenchmark } from '../../bench/harness.ts';

function aBenchmark(
  changes: Partial<Benchmark>,
  subject: number[],
  baseline?: number[],
): Benchmark {
  return {
    name: 'x',
    unit: 'ms',
    goal: { atMost: 3 },
    rounds: subject.length - 1,
    prepare: async () => ({
      subject: async () => subject.shift() ?? Number.NaN,
      ...(baseline && { baseline: async () => baseline.shift() ?? Number.NaN }),
      close: async () => undefined,
    }),
    ...changes,
  };
}

describe('measure', () => {
  it('compares pair by pair and leaves out the first pair', async () => {
    const result = await measure(aBenchmark({}, [900, 20, 60, 40], [1, 10, 20, 10]));

    assert.ok('ratio' in result);
    assert.equal(result.ratio, 3);
    assert.equal(result.subject, 40);
    assert.equal(result.isMet, true);
  });

  it('says when a goal is missed, in either direction', async () => {
    const slow = await measure(aBenchmark({ goal: { atMost: 3 } }, [0, 31], [0, 10]));
    const few = await measure(aBenchmark({ goal: { atLeast: 0.8 } }, [0, 79], [0, 100]));

    assert.deepEqual(
      [slow, few].map((result) => 'isMet' in result && result.isMet),
      [false, false],
    );
  });

  it('judges the figure itself without a baseline', async () => {
    const result = await measure(aBenchmark({ goal: { atMost: 5 } }, [99, 4]));

    assert.ok('isMet' in result);
    assert.deepEqual([result.subject, result.ratio, result.isMet], [4, undefined, true]);
  });

  it('names what the machine lacks', async () => {
    const prepare = (): Promise<never> => Promise.reject(new SkipBenchmark('no Orthanc'));

    assert.deepEqual(await measure(aBenchmark({ prepare }, [1])), {
      name: 'x',
      reason: 'no Orthanc',
    });
  });
});

describe('median', () => {
  it('is the middle, or the mean of the two middles', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
  });
});
