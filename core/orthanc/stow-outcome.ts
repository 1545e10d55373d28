// The answer to STOW-RS (PS3.18 10.5.3, table I.1): which instances were kept and which were not.
import { isRecord } from '../guards.ts';

export interface StowOutcome {
  readonly stored: readonly StowItem[];
  readonly failed: readonly (StowItem & {
    /** FailureReason, such as 272 (another study) or 49152 (cannot be understood). */
    readonly reason: number | undefined;
  })[];
}

export interface StowItem {
  /** Absent when the part could not even be read. */
  readonly sopInstanceUid: string | undefined;
}

const STORED = '00081199';
const FAILED = '00081198';
const INSTANCE_UID = '00081155';
const FAILURE_REASON = '00081197';

/** Undefined when it is not such an answer. */
export function stowOutcome(body: unknown): StowOutcome | undefined {
  if (!isRecord(body) || !Object.keys(body).every((key) => /^[0-9A-F]{8}$/i.test(key))) {
    return undefined;
  }
  return {
    stored: valuesOf(body, STORED).map((item) => ({ sopInstanceUid: uidOf(item) })),
    failed: valuesOf(body, FAILED).map((item) => ({
      sopInstanceUid: uidOf(item),
      reason: valuesOf(item, FAILURE_REASON).find((value) => typeof value === 'number'),
    })),
  };
}

function uidOf(item: unknown): string | undefined {
  return valuesOf(item, INSTANCE_UID).find((value) => typeof value === 'string');
}

function valuesOf(dataset: unknown, tag: string): readonly unknown[] {
  const element = isRecord(dataset) ? dataset[tag] : undefined;
  const value = isRecord(element) ? element['Value'] : undefined;
  return Array.isArray(value) ? value : [];
}
