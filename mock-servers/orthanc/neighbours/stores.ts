// Sending to a neighbour by REST: stored resources as a job, or the file of the body straight away.

import { readPart10 } from '#core/dicom/part10.ts';
import { uid } from '#core/dicom/values.ts';
import type { Resource } from '../archive/model.ts';
import { transcode } from '../dicom/transcode.ts';
import { JSON_TYPE, jsonAnswer } from '../rest/answer.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import { bodyOf, type Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { peerOf } from './actions.ts';
import { jobAnswer } from './job-answer.ts';
import { callingOf, modalityOf, stringField } from './modality.ts';
import { peerHeaders, StoreTask, sendObjects } from './store-task.ts';

export const storeToModality: Handler = async (call, orthanc) => {
  const { resources, fields } = await exported(call, orthanc);
  const modality = modalityOf(call, orthanc);
  const remote = {
    aet: stringField(fields, 'CalledAet') ?? modality.aet,
    host: stringField(fields, 'Host') ?? modality.host,
    port: typeof fields['Port'] === 'number' ? fields['Port'] : modality.port,
  };
  // The fields that redirect the call came with 1.11.
  const calling = callingOf(modality, orthanc, fields);
  const target = orthanc.version.hasLabels ? { ...calling, remote } : calling;
  const task = new StoreTask({ target, resources, fields }, orthanc);
  return jobAnswer(task, fields, orthanc);
};

export const storeToPeer: Handler = async (call, orthanc) => {
  const { resources, fields } = await exported(call, orthanc);
  const task = new StoreTask({ target: peerOf(call, orthanc), resources, fields }, orthanc);
  return jobAnswer(task, fields, orthanc);
};

export const storeStraight: Handler = async (call, orthanc) => {
  const calling = callingOf(modalityOf(call, orthanc), orthanc);
  const bytes = await bodyOf(call);
  const file = part10Of(bytes);
  const sopClassUid = uid(file.dataset, '00080016') ?? '';
  const sopInstanceUid = uid(file.dataset, '00080018') ?? '';
  const object = {
    sopClassUid,
    sopInstanceUid,
    transferSyntax: file.transferSyntax,
    read: async () => bytes,
    transcode: async (syntax: string) => transcode(file, syntax),
  };
  await sendObjects([object], calling);
  return jsonAnswer({ SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid });
};

/** The body goes to the peer's /instances as it is; what the peer says comes back. */
export const storeStraightToPeer: Handler = async (call, orthanc) => {
  const peer = peerOf(call, orthanc);
  const body = await bodyOf(call);
  const answer = await fetch(`${peer.url}instances`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { ...peerHeaders(peer), 'Content-Type': 'application/dicom' },
    signal: orthanc.outgoing.signal,
  }).catch((cause: unknown) => {
    throw new OrthancError('network', "libCURL error: Couldn't connect to server", { cause });
  });
  const text = await answer.text();
  if (answer.ok) return { status: 200, contentType: JSON_TYPE, body: text };
  throw new OrthancError('network', `Cannot send DICOM to remote peer: ${call.params['name']}`);
};

function part10Of(bytes: Buffer) {
  try {
    return readPart10(bytes);
  } catch (cause) {
    const details = `Cannot parse an invalid DICOM file (size: ${bytes.length} bytes)`;
    throw new OrthancError('badFile', details, { cause });
  }
}

/** An id as plain text, a list of ids, or `{"Resources": [...]}` with the options of the job. */
async function exported(
  call: Call,
  orthanc: Orthanc,
): Promise<{ readonly resources: readonly Resource[]; readonly fields: Fields }> {
  const text = (await bodyOf(call)).toString('utf8').trim();
  const given = isOrthancId(text) ? [text] : parsed(text);
  const fields = isFields(given) ? given : {};
  const resources = idsOf(given).map((id): Resource => {
    if (typeof id !== 'string') {
      const details = 'Resources to be exported must be specified as a JSON array of strings';
      throw new OrthancError('badFile', details);
    }
    if (!isOrthancId(id.trim())) {
      const details = `This string is not a valid Orthanc identifier: ${id.trim()}`;
      throw new OrthancError('badFile', details);
    }
    const resource = orthanc.archive.resources.findAny(id.trim());
    if (!resource) throw new OrthancError('unknownResource');
    return resource;
  });
  return { resources, fields };
}

function idsOf(given: unknown): readonly unknown[] {
  if (typeof given === 'string') return [given];
  if (Array.isArray(given)) return given;
  if (!isFields(given))
    throw new OrthancError('badFile', 'Must provide a JSON object, or a JSON array of strings');
  const resources = given['Resources'];
  if (resources === undefined)
    throw new OrthancError('badFile', 'Missing field in JSON: "Resources"');
  if (Array.isArray(resources)) return resources;
  throw new OrthancError('badFile', 'JSON field "Resources" must contain an array');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OrthancError('badFile', 'Must provide a JSON value', { cause });
  }
}

function isOrthancId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{8}){4}$/i.test(text);
}
