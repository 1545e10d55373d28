/** Seeded random source of the builders: the same seed gives the same hospital, byte for byte. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [low, high], both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
  /** Around `mean`, three sums of uniforms: near enough to a bell for laboratory values. */
  around(mean: number, spread: number): number;
}

/** mulberry32: 32 bits of state, good enough for test data and the same on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const random: Random = {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new TypeError('pick from an empty list');
      return item;
    },
    chance: (probability) => next() < probability,
    around: (mean, spread) => mean + (next() + next() + next() - 1.5) * (spread / 1.5),
  };
  return random;
}
