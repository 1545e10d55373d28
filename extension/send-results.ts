// What a sending came to, counted and in the order in which a person wants to read it.
import type { SendRow } from '#core/workflows/send-dicom.ts';

export interface Tally {
  readonly stored: number;
  readonly known: number;
  readonly failed: number;
  readonly skipped: number;
}

export function tallyOf(rows: readonly SendRow[]): Tally {
  const count = (status: SendRow['status']) => rows.filter((row) => row.status === status).length;
  return {
    stored: count('Success'),
    known: count('AlreadyStored'),
    failed: count('Failed'),
    skipped: count('Skipped'),
  };
}

const order: readonly SendRow['status'][] = ['Failed', 'Skipped', 'Success', 'AlreadyStored'];

/** What needs a person first; within one status as it was sent. */
export function worstFirst(rows: readonly SendRow[]): SendRow[] {
  return rows.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}
