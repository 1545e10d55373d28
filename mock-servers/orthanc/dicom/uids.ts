// Unique identifiers as DCMTK makes them for Orthanc: its root, the level, random numbers.

import type { Clock } from '#core/clock.ts';

export type UidLevel = 'study' | 'series' | 'instance';

const levelNumbers = { study: 2, series: 3, instance: 4 } as const;

export interface UidSource {
  readonly clock: Clock;
  /** What DCMTK makes of the host's address: 0 in newer builds. */
  readonly uidHost: number;
  randomBytes(size: number): Buffer;
}

/** In DCMTK's form: host, process, second, counter; the numbers are random, their lengths the usual ones. */
export function generateUid(level: UidLevel, { clock, randomBytes, uidHost }: UidSource): string {
  const bytes = randomBytes(6);
  const process = 10_000 + (bytes.readUInt16LE(0) % 90_000);
  const counter = 100_000 + (bytes.readUInt32LE(2) % 900_000);
  // The time keeps them apart over a restart, which begins the random numbers anew.
  const second = Math.floor(clock.now() / 1000);
  return `1.2.276.0.7230010.3.1.${levelNumbers[level]}.${uidHost}.${process}.${second}.${counter}`;
}
