// Storage commitment by REST: /modalities/{name}/storage-commitment and the reports under /storage-commitment.
import { descendants, metadataOf } from '../archive/model.ts';
import type { CommitmentOutcome, ReferencedObject } from '../dimse/port.ts';
import { bareJsonAnswer, jsonAnswer } from '../rest/answer.ts';
import { isFields } from '../rest/arguments.ts';
import { type Call, jsonBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { type Json, type JsonObject, styledJson } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { type CommitmentReport, newTransactionUid, requestCommitment } from './commitment.ts';
import { callingOf, modalityOf } from './modality.ts';

export const askCommitment: Handler = async (call, orthanc) => {
  const body = await jsonBodyOf(call);
  if (!isFields(body))
    throw new OrthancError('badFile', 'Must provide a JSON object with a list of resources');
  const { Resources: resources, DicomInstances: instances, Timeout } = body;
  if (resources === undefined && instances === undefined) {
    const details =
      'Empty storage commitment request, one of these fields is mandatory: "Resources" or "DicomInstances"';
    throw new OrthancError('badFile', details);
  }
  const objects = [
    ...listOf(resources, 'Resources', 'Orthanc resources').flatMap((id) => objectsOf(id, orthanc)),
    ...listOf(instances, 'DicomInstances', 'DICOM instances').map(objectOf),
  ];
  const transactionUid = newTransactionUid(orthanc);
  const calling = callingOf(modalityOf(call, orthanc), orthanc, {
    ...(Timeout !== undefined && { Timeout }),
  });
  await requestCommitment(calling, { transactionUid, objects }, orthanc);
  return jsonAnswer({ ID: transactionUid, Path: `/storage-commitment/${transactionUid}` });
};

export const commitmentReport: Handler = (call, orthanc) => {
  const { remoteAet, outcome } = reportOf(call, orthanc);
  if (!outcome) return jsonAnswer({ RemoteAET: remoteAet, Status: 'Pending' });
  return jsonAnswer({
    Failures: outcome.failures.map(({ reason, ...object }) => ({
      Description: reasons[reason] ?? 'Unknown failure reason',
      FailureReason: reason,
      ...objectJson(object),
    })),
    RemoteAET: remoteAet,
    Status: isComplete(outcome) ? 'Success' : 'Failure',
    Success: outcome.success.map(objectJson),
  });
};

/** Deletes here what the modality has safely, when it has all of it. */
export const removeCommitted: Handler = (call, orthanc) => {
  const { outcome } = reportOf(call, orthanc);
  if (!outcome || !isComplete(outcome)) {
    const details = `Cannot remove DICOM instances after failure in storage commitment transaction: ${call.params['id']}`;
    throw new OrthancError('badSequence', details);
  }
  const { archive } = orthanc;
  for (const { sopInstanceUid } of outcome.success) {
    for (const instance of archive.resources.identified('Instance', sopInstanceUid))
      archive.delete(instance);
  }
  return bareJsonAnswer('{}');
};

/** PS3.3 C.14.1.1. */
const reasons: Readonly<Record<number, string>> = {
  272: 'A general failure in processing the operation was encountered',
  274: 'One or more of the elements in the Referenced SOP Instance Sequence was not available',
  281: 'The SOP Class of an element in the Referenced SOP Instance Sequence did not correspond to the SOP class registered for this SOP Instance at the SCP',
  290: 'Storage Commitment has been requested for a SOP Instance with a SOP Class that is not supported by the SCP',
  305: 'The Transaction UID of the Storage Commitment Request is already in use',
  531: 'The SCP does not currently have enough resources to store the requested SOP Instance(s)',
};

function isComplete({ failures }: CommitmentOutcome): boolean {
  return failures.length === 0;
}

function reportOf(call: Call, { settings }: Orthanc): CommitmentReport {
  const uid = call.params['id'] ?? '';
  const report = settings.commitments.get(uid);
  if (report) return report;
  throw new OrthancError('inexistentItem', `No storage commitment transaction with UID: ${uid}`);
}

function listOf(given: unknown, field: string, what: string): readonly unknown[] {
  if (given === undefined) return [];
  if (Array.isArray(given)) return given;
  throw new OrthancError('badFile', `The "${field}" field must provide an array of ${what}`);
}

/** The instances of a stored resource; Orthanc begins with what came last. */
function objectsOf(id: unknown, { archive }: Orthanc): readonly ReferencedObject[] {
  if (typeof id !== 'string') {
    const details = `The "Resources" field must provide an array of strings, found: ${styled(id)}`;
    throw new OrthancError('badFile', details);
  }
  const resource = archive.resources.findAny(id);
  if (!resource) throw new OrthancError('unknownResource');
  const instances = descendants(resource, 'Instance').reverse();
  return instances.map((instance) => ({
    sopClassUid: metadataOf(instance, 'SopClassUid') ?? '',
    sopInstanceUid: instance.tags.get('00080018') ?? '',
  }));
}

/** A pair of UIDs, as a list or as an object. */
function objectOf(given: unknown): ReferencedObject {
  if (Array.isArray(given)) {
    const pair = pairOf(given.length === 2 ? given : []);
    if (pair) return pair;
    const details =
      'An instance entry must provide an array with 2 strings: SOP Class UID and SOP Instance UID';
    throw new OrthancError('badFile', details);
  }
  if (isFields(given)) {
    const pair = pairOf([given['SOPClassUID'], given['SOPInstanceUID']]);
    if (pair) return pair;
    // Orthanc's own words, misspelt and unclosed.
    const details =
      'An instance entry must provide an object with 2 string fiels: "SOPClassUID" and "SOPInstanceUID';
    throw new OrthancError('badFile', details);
  }
  const details = `JSON array or object is expected to specify one instance to be queried, found: ${styled(given)}`;
  throw new OrthancError('badFile', details);
}

function pairOf([sopClassUid, sopInstanceUid]: readonly unknown[]): ReferencedObject | undefined {
  const areTexts = typeof sopClassUid === 'string' && typeof sopInstanceUid === 'string';
  return areTexts ? { sopClassUid, sopInstanceUid } : undefined;
}

function objectJson({ sopClassUid, sopInstanceUid }: ReferencedObject): JsonObject {
  return { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid };
}

function styled(given: unknown): string {
  return `${styledJson(given as Json)}\n`;
}
