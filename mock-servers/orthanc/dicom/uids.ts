// Unique identifiers as DCMTK makes them for Orthanc: its root, the level, random numbers.

import type { Clock } from '#core/clock.ts';

export type UidLevel = 'study' | 'series' | 'instance';

const levelNumbers = { study: 2, series: 3, instance: 4 } as const;

export interface UidSource {
  readonly clock: Clock;
  randomBytes(size: number): Buffer;
}

/** `1.2.276.0.7230010.3.1.<level>.0.<process>.<time>.<counter>` in form; the numbers are random here. */
export function generateUid(level: UidLevel, { clock, randomBytes }: UidSource): string {
  const bytes = randomBytes(6);
  // The time keeps them apart over a restart, which begins the random numbers anew.
  const numbers = [bytes.readUInt16LE(0), Math.floor(clock.now() / 1000), bytes.readUInt32LE(2)];
  return `1.2.276.0.7230010.3.1.${levelNumbers[level]}.0.${numbers.join('.')}`;
}
