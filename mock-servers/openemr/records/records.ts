// The patient record behind the standard API and FHIR: one world per call, in memory by default.
import { hash } from 'node:crypto';
import type { Clock } from '#core/clock.ts';
import { type Database, openDatabase, tableNames } from './database.ts';
import { createPatientIndex } from './patient-index.ts';

interface RecordPorts {
  readonly clock: Clock;
  newUuid(): string;
  /** A database file; in memory without it. */
  readonly path?: string;
}

export interface Records {
  readonly database: Database;
  /** Local time of the server, which is UTC as in OpenEMR's Docker image: `2026-01-14 09:13:51`. */
  now(): string;
  today(): string;
  newUuid(): string;
  /** Removes every row and starts the ids anew. */
  clear(): void;
}

export function openRecords({ clock, newUuid, path }: RecordPorts): Records {
  const database = openDatabase(path);
  createPatientIndex(database);
  // Printing a time is slow and most rows of a moment share it.
  let second = Number.NaN;
  let printed = '';
  const now = () => {
    const current = Math.floor(clock.now() / 1000);
    if (current !== second) [second, printed] = [current, sqlTime(new Date(current * 1000))];
    return printed;
  };
  return {
    database,
    now,
    today: () => now().slice(0, 10),
    newUuid,
    clear() {
      database.transaction(() => {
        for (const table of tableNames()) database.run(`DELETE FROM "${table}"`);
        database.run('DELETE FROM patient_grams');
        database.run('DELETE FROM sqlite_sequence');
      });
    },
  };
}

/** `2026-01-14 09:13:51` */
export function sqlTime(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-01-14T09:13:51+00:00`, as PHP's DATE_ATOM prints a stored time. */
export function atomTime(stored: unknown): string | undefined {
  if (typeof stored !== 'string' || stored === '') return undefined;
  return `${stored.slice(0, 10)}T${stored.slice(11, 19) || '00:00:00'}+00:00`;
}

/** The same version 4 UUID for the same words, so that seeded ids never change. */
export function steadyUuid(...words: readonly string[]): string {
  const hex = hash('sha256', words.join('\n'), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && uuidPattern.test(text);
}
