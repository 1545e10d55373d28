// REST calls that reach out: echo, store, peers.
import { CommandField, isSuccessful } from '#core/dimse/command.ts';
import type { Resource } from '../archive/model.ts';
import { type Modality, type Peer, parseModality } from '../config.ts';
import { type Answer, bareJsonAnswer, bareStatus, jsonAnswer } from '../rest/answer.ts';
import { isAsynchronous } from '../rest/archives.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import { bodyOf, type Call, jsonBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { contextFor, exchange, IMPLICIT, networkError, withAssociation } from './association.ts';
import { localAet, peerHeaders, StoreTask } from './store-task.ts';

const VERIFICATION = '1.2.840.10008.1.1';

export const echoModality: Handler = async (call, orthanc) => {
  const modality = modalityOf(call, orthanc);
  if (!modality) return bareStatus(404);
  await echo(modality, orthanc);
  return bareJsonAnswer('{}');
};

/** /tools/dicom-echo: a modality that is not configured. */
export const echoAny: Handler = async (call, orthanc) => {
  const modality = parseModality(await jsonBodyOf(call));
  if (!modality) throw new OrthancError('badFile');
  await echo(modality, orthanc);
  return bareJsonAnswer('{}');
};

export const storeToModality: Handler = async (call, orthanc) => {
  const modality = modalityOf(call, orthanc);
  return modality ? store(modality, call, orthanc) : bareStatus(404);
};

export const storeToPeer: Handler = async (call, orthanc) => {
  const peer = peerOf(call, orthanc);
  return peer ? store(peer, call, orthanc) : bareStatus(404);
};

export const peerSystem: Handler = async (call, orthanc) => {
  const peer = peerOf(call, orthanc);
  if (!peer) return bareStatus(404);
  try {
    const answer = await fetch(`${peer.url}system`, { headers: peerHeaders(peer) });
    if (!answer.ok) throw new OrthancError('network');
    return bareJsonAnswer(await answer.text());
  } catch (cause) {
    throw cause instanceof OrthancError ? cause : new OrthancError('network', undefined, { cause });
  }
};

export function modalityOf(call: Call, { settings }: Orthanc): Modality | undefined {
  return settings.modalities.get(call.params['name'] ?? '');
}

function peerOf(call: Call, { settings }: Orthanc): Peer | undefined {
  return settings.peers.get(call.params['name'] ?? '');
}

async function echo(modality: Modality, orthanc: Orthanc): Promise<void> {
  const wanted = [{ abstractSyntax: VERIFICATION, transferSyntax: IMPLICIT }];
  await withAssociation(modality, localAet(modality, orthanc), wanted, async (opened) => {
    const { id } = contextFor(opened, VERIFICATION, modality);
    const command = {
      field: CommandField.echoRequest,
      hasDataset: false,
      messageId: 1,
      sopClassUid: VERIFICATION,
    };
    const { status } = await exchange(opened, id, command);
    if (!isSuccessful(status)) throw networkError(modality, 'C-ECHO failed');
  });
}

async function store(target: Modality | Peer, call: Call, orthanc: Orthanc): Promise<Answer> {
  const { ids, fields } = resourceIds(await bodyOf(call));
  const resources = ids.map((id): Resource => {
    const resource = orthanc.archive.resources.findAny(id);
    if (!resource) throw new OrthancError('unknownResource');
    return resource;
  });
  const task = new StoreTask(target, resources, orthanc);
  if (isAsynchronous(fields)) {
    const { id } = orthanc.jobs.submit(task);
    return jsonAnswer({ ID: id, Path: `/jobs/${id}` });
  }
  await orthanc.jobs.perform(task);
  return jsonAnswer(task.content());
}

/** An id as plain text, a list of ids, or `{"Resources": [...]}`. */
function resourceIds(body: Buffer): { ids: string[]; fields: Fields } {
  const text = body.toString('utf8').trim();
  if (!/^[[{"]/.test(text)) return { ids: [text], fields: {} };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new OrthancError('badFile', undefined, { cause });
  }
  if (typeof json === 'string') return { ids: [json], fields: {} };
  const list = isFields(json) ? (json['Resources'] ?? json['Resource']) : json;
  const ids = Array.isArray(list) ? list.map(String) : typeof list === 'string' ? [list] : [];
  return { ids, fields: isFields(json) ? json : {} };
}
