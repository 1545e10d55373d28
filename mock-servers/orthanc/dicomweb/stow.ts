// STOW-RS: stores the parts of a multipart body.
import type { Dataset } from '#core/dicom/dataset.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { uid } from '#core/dicom/values.ts';
import type { Arriving } from '../archive/archive.ts';
import type { Resource } from '../archive/model.ts';
import { inheritedTag, metadataOf } from '../archive/model.ts';
import { dicomXml } from '../dicom/dicom-xml.ts';
import { readLargeFile } from '../dicom/instance-reader.ts';
import type { Answer } from '../rest/answer.ts';
import { bodyOf, type Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { type Json, type JsonObject, tabbedJson } from '../rest/json.ts';
import { boundaryOf } from '../rest/multipart.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { forEachPart } from '../rest/receive.ts';
import { restOrigin, storeDicom } from '../rest/upload.ts';
import { accepted } from './accept.ts';
import { baseUrl, dicomWebPath } from './context.ts';

/** PS3.18 10.5.3: elements discarded is not meant; the plugin's reason for an object of another study. */
const STUDY_MISMATCH = 272;

export const storeInstances: Handler = async (call, orthanc) => {
  // A form is Orthanc's own way of uploading, which the plugin lets pass.
  if (/^multipart\/form-data/i.test(call.headers['content-type'] ?? '')) {
    await bodyOf(call);
    return { status: 200, body: '' };
  }
  const boundary = requiredBoundary(call);
  const outcome: Outcome = { stored: [], refused: [], unreadable: 0, study: undefined };
  await forEachPart(call, boundary, orthanc, async (part, head) => {
    // Plugin 1.7 and 1.20 pass over parts of another type, or of none.
    if (!/^content-type: *application\/dicom/im.test(head)) return;
    await storePart(part, call, orthanc, outcome);
  });
  return answer(outcome, call, orthanc);
};

interface Outcome {
  readonly stored: JsonObject[];
  readonly refused: JsonObject[];
  unreadable: number;
  study: Resource | undefined;
}

async function storePart(
  arriving: Arriving,
  call: Call,
  orthanc: Orthanc,
  outcome: Outcome,
): Promise<void> {
  const wanted = call.params['study'];
  const mismatch = wanted === undefined ? undefined : await mismatched(arriving, wanted);
  if (mismatch) {
    outcome.refused.push(mismatch);
    return;
  }
  try {
    const origin = restOrigin(call);
    const { instance } = await storeDicom(arriving, origin, orthanc);
    outcome.study ??= instance.parent?.parent;
    outcome.stored.push(storedItem(instance, call, orthanc));
  } catch (error) {
    if (!(error instanceof OrthancError)) throw error;
    outcome.unreadable += 1;
  }
}

// One unreadable part makes the answer a 400, although the others are stored.
function answer(
  { stored, refused, unreadable, study }: Outcome,
  call: Call,
  orthanc: Orthanc,
): Answer {
  const body: JsonObject = {
    '00080005': { vr: 'CS', Value: ['ISO_IR 100'] },
    ...(study && { '00081190': urlElement(study, call, orthanc) }),
    ...((refused.length > 0 || orthanc.version.listsNoFailures) && {
      '00081198': sequence(refused),
    }),
    '00081199': sequence(stored),
  };
  const isXml = accepted(call)?.type === 'application/dicom+xml';
  const text = isXml ? dicomXml(body) : tabbedJson(body);
  const status = refused.length > 0 ? 409 : unreadable > 0 ? 400 : 200;
  const good = isXml ? 'application/dicom+xml' : 'application/dicom+json';
  if (status === 200) return { status, contentType: good, body: text };
  // 1.12 sends two types: the plugin's own and that of an Orthanc error.
  if (orthanc.version.typedErrors)
    return { status, contentType: good, headers: { 'Content-Type': 'text/plain' }, body: text };
  return { status, body: text };
}

function storedItem(instance: Resource, call: Call, orthanc: Orthanc): JsonObject {
  return {
    '00081150': uidElement(metadataOf(instance, 'SopClassUid') ?? ''),
    '00081155': uidElement(inheritedTag(instance, '00080018') ?? ''),
    '00081190': urlElement(instance, call, orthanc),
  };
}

async function mismatched(arriving: Arriving, study: string): Promise<JsonObject | undefined> {
  let dataset: Dataset;
  try {
    ({ dataset } =
      arriving.kind === 'file' ? await readLargeFile(arriving.path) : readPart10(arriving.bytes));
  } catch {
    // Not readable at all: storing it gives the reason.
    return undefined;
  }
  if (uid(dataset, 'StudyInstanceUID') === study) return undefined;
  return {
    '00081150': uidElement(uid(dataset, 'SOPClassUID') ?? ''),
    '00081155': uidElement(uid(dataset, 'SOPInstanceUID') ?? ''),
    '00081197': { vr: 'US', Value: [STUDY_MISMATCH] },
  };
}

function requiredBoundary(call: Call): string {
  const contentType = call.headers['content-type'] ?? '';
  const type = /;\s*type=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const isMultipart = /^multipart\/related/i.test(contentType);
  const boundary = boundaryOf(contentType);
  if (!isMultipart || (type?.[1] ?? type?.[2]) !== 'application/dicom' || boundary === undefined) {
    throw new OrthancError('unsupportedMedia');
  }
  return boundary;
}

function sequence(items: readonly JsonObject[]): Json {
  return items.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: items };
}

function uidElement(value: string): Json {
  return { vr: 'UI', Value: [value] };
}

function urlElement(resource: Resource, call: Call, orthanc: Orthanc): Json {
  return { vr: 'UR', Value: [`${baseUrl(call, orthanc)}${dicomWebPath(resource)}`] };
}
