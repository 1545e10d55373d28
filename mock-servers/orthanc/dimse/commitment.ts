// The data sets of storage commitment (PS3.4 annex J): what is asked for, and what became of it.
import type { Dataset } from '#core/dicom/dataset.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { numbers, uid } from '#core/dicom/values.ts';
import {
  type NewElement,
  numberElement,
  sequenceElement,
  writeDataset,
} from '#core/dicom/write.ts';
import type { CommitmentOutcome, CommitmentRequest, ReferencedObject } from './port.ts';

const TRANSACTION = '00081195';
const FAILED = '00081198';
const REFERENCED = '00081199';
const FAILURE_REASON = '00081197';
const CLASS = '00081150';
const INSTANCE = '00081155';

export function commitmentRequest(dataset: Dataset): CommitmentRequest {
  return {
    transactionUid: uid(dataset, TRANSACTION) ?? '',
    objects: objectsOf(dataset, REFERENCED),
  };
}

export function commitmentOutcome(dataset: Dataset): CommitmentOutcome {
  return {
    transactionUid: uid(dataset, TRANSACTION) ?? '',
    success: objectsOf(dataset, REFERENCED),
    failures: objectsOf(dataset, FAILED),
  };
}

export function encodedRequest(
  { transactionUid, objects }: CommitmentRequest,
  transferSyntax: string,
): Uint8Array {
  const elements = [
    uidElement(TRANSACTION, transactionUid),
    sequenceElement(REFERENCED, objects.map(itemOf)),
  ];
  return writeDataset(elements, encodingOf(transferSyntax));
}

/** Orthanc leaves the failures out where there are none, but not the successes. */
export function encodedOutcome(
  { transactionUid, success, failures }: CommitmentOutcome,
  transferSyntax: string,
): Uint8Array {
  const failed = failures.map((failure) => [
    ...itemOf(failure),
    numberElement(FAILURE_REASON, failure.reason),
  ]);
  const elements = [
    uidElement(TRANSACTION, transactionUid),
    ...(failed.length > 0 ? [sequenceElement(FAILED, failed)] : []),
    sequenceElement(REFERENCED, success.map(itemOf)),
  ];
  return writeDataset(elements, encodingOf(transferSyntax));
}

function objectsOf(dataset: Dataset, tag: string) {
  const items = dataset.get(tag)?.items ?? [];
  return items.map((item) => ({
    sopClassUid: uid(item, CLASS) ?? '',
    sopInstanceUid: uid(item, INSTANCE) ?? '',
    reason: numbers(item, FAILURE_REASON)[0] ?? 0,
  }));
}

function uidElement(tag: string, value: string): NewElement {
  return { tag, vr: 'UI', raw: Buffer.from(value, 'latin1') };
}

function itemOf({ sopClassUid, sopInstanceUid }: ReferencedObject): NewElement[] {
  return [uidElement(CLASS, sopClassUid), uidElement(INSTANCE, sopInstanceUid)];
}
