// REST calls that only ask whether a neighbour is there: C-ECHO, and /system of a peer.
import { CommandField } from '#core/dimse/command.ts';
import { VERIFICATION } from '#core/dimse/sop-classes.ts';
import { generateUid } from '../dicom/uids.ts';
import { type Modality, parseModality } from '../modality-form.ts';
import { type Answer, bareJsonAnswer, bareStatus } from '../rest/answer.ts';
import { isFields } from '../rest/arguments.ts';
import { type Call, jsonBodyOf, textBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import type { WebServer } from '../web-server.ts';
import { type Calling, contextOf, exchange, type Opened } from './association.ts';
import { find, withControl } from './control.ts';
import { ACCESSION, type DicomMap, PATIENT_ID, STUDY_UID } from './dicom-map.ts';
import { callingOf, modalityOf } from './modality.ts';
import { peerHeaders } from './store-task.ts';

export const echoModality: Handler = async (call, orthanc) => {
  const modality = modalityOf(call, orthanc);
  const text = await textBodyOf(call);
  const body = echoBody(text);
  return echo(modality, callingOf(modality, orthanc, body), body, orthanc);
};

/** /tools/dicom-echo: a modality that is not configured. */
export const echoAny: Handler = async (call, orthanc) => {
  const body = await jsonBodyOf(call);
  if (body === undefined) throw new OrthancError('badFile', 'Cannot parse the JSON body');
  const modality = parseModality(body);
  return echo(modality, callingOf(modality, orthanc, body), body, orthanc);
};

export const peerSystem: Handler = async (call, orthanc) => {
  const peer = peerOf(call, orthanc);
  try {
    const answer = await fetch(`${peer.url}system`, {
      headers: peerHeaders(peer),
      signal: orthanc.outgoing.signal,
    });
    if (!answer.ok) throw new OrthancError('network');
    return bareJsonAnswer(await answer.text());
  } catch (cause) {
    throw cause instanceof OrthancError ? cause : new OrthancError('network', undefined, { cause });
  }
};

/** @throws OrthancError `No peer with symbolic name` */
export function peerOf(call: Call, { settings }: Orthanc): WebServer {
  const name = call.params['name'] ?? '';
  const peer = settings.peers.get(name);
  if (peer) return peer;
  throw new OrthancError('unknownResource', `No peer with symbolic name: ${name}`);
}

// No body is fine, a body that is no JSON is not.
function echoBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OrthancError('badFile', 'Cannot parse the JSON body', { cause });
  }
}

async function echo(
  modality: Modality,
  calling: Calling,
  body: unknown,
  orthanc: Orthanc,
): Promise<Answer> {
  const checksFind = isFields(body) && body['CheckFind'] === true;
  const service = checksFind ? 'C-FIND' : 'C-ECHO';
  return withControl({ calling, service, name: 'C-ECHO' }, orthanc, async (opened) => {
    const context = contextOf(opened, VERIFICATION);
    const command = {
      field: CommandField.echoRequest,
      hasDataset: false,
      messageId: opened.nextMessageId(),
      sopClassUid: VERIFICATION,
    };
    const status = context && (await exchange(opened, context.id, command)).status;
    // A refused echo is the one failure that Orthanc does not explain.
    if (status !== 0) return bareStatus(500);
    if (checksFind) await checkFind(modality, opened, orthanc);
    return bareJsonAnswer('{}');
  });
}

/** A C-FIND for a study that nobody has, to see whether the peer knows us. */
async function checkFind(modality: Modality, opened: Opened, orthanc: Orthanc): Promise<void> {
  const nobody: DicomMap = new Map([
    [ACCESSION, ''],
    [PATIENT_ID, ''],
    [STUDY_UID, generateUid('study', orthanc)],
  ]);
  const options = { isNormalized: true, manufacturer: modality.manufacturer };
  await find(opened, 'Study', nobody, options, orthanc);
}
