import type { Benchmark } from './harness.ts';
import { startBundledMocks, startRealOrthanc } from './processes.ts';

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'start to READY, all three seeded',
    unit: 'ms',
    baseline: 'real Orthanc alone to /system',
    goal: { atMost: 3 },
    rounds: 7,
    prepare: async () => ({
      async subject() {
        const { startMs, stop } = await startBundledMocks();
        await stop();
        return startMs;
      },
      async baseline() {
        const { startMs, stop } = await startRealOrthanc();
        await stop();
        return startMs;
      },
      close: async () => undefined,
    }),
  },
];
