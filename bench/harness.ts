// Runs benchmarks in pairs: our side and its baseline take turns in the same minute on the same machine,
// so that what slows one slows the other. Figures are medians; a ratio is the median of the pairs' ratios.

export interface Benchmark {
  readonly name: string;
  readonly unit: 'ms' | 'µs' | 'req/s' | 'MB';
  /** What the baseline is; measured, never remembered. */
  readonly baseline?: string;
  readonly goal: Goal;
  /** Pairs to take; the first pair warms up and does not count. Default 5. */
  readonly rounds?: number;
  /** @throws SkipBenchmark when the machine lacks a part */
  prepare(): Promise<Prepared>;
}

/** Bounds on the ratio to the baseline, or on the figure itself where there is none. */
export interface Goal {
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Prepared {
  /** One measurement in the unit of the benchmark. */
  subject(): Promise<number>;
  baseline?(): Promise<number>;
  close(): Promise<void>;
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly subject: number;
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly ratio?: number;
  readonly goal: Goal;
  readonly isMet: boolean;
}

export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

export class SkipBenchmark extends Error {}

export async function measure(benchmark: Benchmark): Promise<Measured | Skipped> {
  const { name, unit, goal, rounds = 5 } = benchmark;
  const prepared = await prepare(benchmark);
  if ('reason' in prepared) return { name, reason: prepared.reason };
  try {
    const pairs = await takePairs(prepared, rounds);
    const subject = median(pairs.map((pair) => pair.subject));
    const baselines = pairs.flatMap((pair) => pair.baseline ?? []);
    if (baselines.length === 0) {
      return { name, unit, goal, subject, isMet: isWithin(subject, goal) };
    }
    const ratio = median(pairs.map((pair) => pair.subject / (pair.baseline ?? Number.NaN)));
    const baseline = { name: benchmark.baseline ?? 'baseline', value: median(baselines) };
    return { name, unit, goal, subject, baseline, ratio, isMet: isWithin(ratio, goal) };
  } finally {
    await prepared.close();
  }
}

async function prepare(benchmark: Benchmark): Promise<Prepared | { reason: string }> {
  try {
    return await benchmark.prepare();
  } catch (error) {
    if (error instanceof SkipBenchmark) return { reason: error.message };
    throw error;
  }
}

interface Pair {
  readonly subject: number;
  readonly baseline?: number;
}

async function takePairs(prepared: Prepared, rounds: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    // Who goes first changes, so that neither always profits from a warm machine.
    const before = round % 2 === 0 ? await prepared.baseline?.() : undefined;
    const subject = await prepared.subject();
    const baseline = before ?? (await prepared.baseline?.());
    pairs.push({ subject, ...(baseline !== undefined && { baseline }) });
  }
  return pairs.slice(1);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function isWithin(value: number, { atMost, atLeast }: Goal): boolean {
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? 0);
}
