// DICOM files damaged in every way that a network, a disk or a bad writer knows; the same ones for the same seed.
import { readFileSync } from 'node:fs';
import { allFiles } from './dicom-files.ts';

/** A whole number below the given one. */
export type Next = (below: number) => number;

/** Larger files are cut to this, so that damage falls on headers often enough. */
const SAMPLE_BYTES = 20_000;
/** Lengths up to 4 GB, and the one that means "undefined". */
const lengths = [1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const DEEPEST = 2_000;
/** A sequence of undefined length with an item of undefined length in it, in explicit and in implicit VR. */
const levels = ['4000000253510000fffffffffeff00e0ffffffff', '40000002fffffffffeff00e0ffffffff'].map(
  (hex) => Buffer.from(hex, 'hex'),
);

export function samplesToDamage(): readonly Buffer[] {
  return allFiles().map((file) => readFileSync(file).subarray(0, SAMPLE_BYTES));
}

/** Numerical Recipes' linear congruential generator. */
export function seededNext(seed: number): Next {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const damages: readonly ((bytes: Buffer, at: number, next: Next) => Buffer)[] = [
  function flipBits(bytes, at, next) {
    const flipped = Buffer.from(bytes);
    for (let count = 1 + next(8); count > 0; count--) {
      const place = (at + next(64)) % flipped.length;
      flipped[place] = (flipped[place] ?? 0) ^ (1 << next(8));
    }
    return flipped;
  },
  (bytes, at) => bytes.subarray(0, at),
  function remove(bytes, at, next) {
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(16))]);
  },
  function insert(bytes, at, next) {
    const noise = Buffer.from(Array.from({ length: 1 + next(16) }, () => next(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  function lie(bytes, at, next) {
    const lied = Buffer.from(bytes);
    if (at + 4 <= lied.length) lied.writeUInt32LE(lengths[next(lengths.length)] ?? 0, at);
    return lied;
  },
  function nest(bytes, at, next) {
    const level = levels[next(levels.length)] ?? Buffer.alloc(0);
    const depth = 1 + next(next(8) === 0 ? DEEPEST : 40);
    return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(depth).fill(level)]);
  },
];

export function damagedFile(samples: readonly Buffer[], next: Next): Buffer {
  const bytes = samples[next(samples.length)] ?? Buffer.alloc(1);
  // Headers lie in front: there damage does most.
  const end = next(3) === 0 ? bytes.length : Math.min(1_200, bytes.length);
  const damage = damages[next(damages.length)];
  return damage ? damage(bytes, next(end), next) : bytes;
}
