// Sends instances to a modality by C-STORE, or to a peer by its REST API, as a job.
import { gzipSync } from 'node:zlib';
import { readPart10 } from '#core/dicom/part10.ts';
import { CommandField } from '#core/dimse/command.ts';
import { descendants, metadataOf, type Resource } from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import { transcode } from '../dicom/transcode.ts';
import { prepare, sendStore } from '../dimse/outgoing.ts';
import type { MoveOriginator, StoredObject } from '../dimse/port.ts';
import type { JobContext, JobTask } from '../jobs/jobs.ts';
import type { Fields } from '../rest/arguments.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import type { WebServer } from '../web-server.ts';
import {
  type Calling,
  EXPLICIT,
  type Opened,
  refusedBy,
  type WantedContext,
  withAssociation,
} from './association.ts';
import { newTransactionUid, requestCommitment } from './commitment.ts';
import { priorityOf } from './job-answer.ts';

export interface StoreRequest {
  readonly target: Calling | WebServer;
  readonly resources: readonly Resource[];
  /** The body of the request: the options of the job. */
  readonly fields: Fields;
}

export class StoreTask implements JobTask {
  readonly type: string;
  readonly priority: number;
  readonly #request: StoreRequest;
  readonly #orthanc: Orthanc;
  readonly #instances: readonly Resource[];
  readonly #originator: MoveOriginator | undefined;
  /** Of the storage commitment that is asked for afterwards. */
  readonly #transactionUid: string | undefined;
  /** Bytes that a peer has taken. */
  #size = 0;

  constructor(request: StoreRequest, orthanc: Orthanc) {
    this.type = 'remote' in request.target ? 'DicomModalityStore' : 'OrthancPeerStore';
    this.priority = priorityOf(request.fields);
    this.#request = request;
    this.#orthanc = orthanc;
    this.#originator = originatorOf(request.fields, orthanc);
    if (request.fields['StorageCommitment'] === true)
      this.#transactionUid = newTransactionUid(orthanc);
    this.#instances = request.resources.flatMap((resource) => descendants(resource, 'Instance'));
  }

  content(): JsonObject {
    const { target, resources } = this.#request;
    const parents = resources.map(({ id }) => id);
    const isToPeer = !('remote' in target);
    return {
      ...(isToPeer && { Compress: this.#request.fields['Compress'] === true }),
      Description: 'REST API',
      FailedInstancesCount: 0,
      InstancesCount: this.#instances.length,
      ...(parents.length > 0 && { ParentResources: parents }),
      ...('remote' in target
        ? {
            LocalAet: target.localAet,
            MoveOriginatorAET: this.#originator?.moveOriginatorAet,
            MoveOriginatorID: this.#originator?.moveOriginatorMessageId,
            RemoteAet: target.remote.aet,
            StorageCommitmentTransactionUID: this.#transactionUid,
          }
        : {
            Peer: target.username === '' ? [target.url] : [target.url, target.username, ''],
            Size: String(this.#size),
            SizeMB: Math.floor(this.#size / (1024 * 1024)),
          }),
    };
  }

  async run({ signal }: JobContext): Promise<void> {
    if (this.#instances.length === 0) return;
    try {
      await this.#send(signal);
    } catch (error) {
      if (this.#request.fields['Permissive'] !== true || !(error instanceof OrthancError))
        throw error;
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { target, fields } = this.#request;
    if ('remote' in target) {
      const calling = { ...target, signal };
      const objects = this.#instances.map((instance) => storedObject(instance, this.#orthanc));
      await sendObjects(objects, calling, this.#originator);
      if (this.#transactionUid === undefined) return;
      const request = { transactionUid: this.#transactionUid, objects };
      return requestCommitment(calling, request, this.#orthanc);
    }
    const isCompressed = fields['Compress'] === true;
    for (const instance of this.#instances) {
      const file = fileBytes(instance, this.#orthanc);
      const bytes = isCompressed ? gzipSync(file) : file;
      await postTo(target, bytes, { isCompressed, signal });
      this.#size += bytes.length;
    }
  }
}

/** All over one association. @throws OrthancError at the first that is refused */
export async function sendObjects(
  objects: readonly StoredObject[],
  calling: Calling,
  originator?: MoveOriginator,
  onSent?: () => Promise<void>,
): Promise<void> {
  const wanted = new Map<string, WantedContext>();
  for (const { sopClassUid: abstractSyntax, transferSyntax: own } of objects) {
    for (const syntax of [own, EXPLICIT])
      wanted.set(`${abstractSyntax} ${syntax}`, { abstractSyntax, transferSyntaxes: [syntax] });
  }
  await withAssociation(calling, { contexts: [...wanted.values()] }, 'C-STORE', async (opened) => {
    for (const object of objects) {
      await storeObject(object, opened, originator);
      await onSent?.();
    }
  });
}

async function storeObject(
  object: StoredObject,
  opened: Opened,
  originator: MoveOriginator | undefined,
): Promise<void> {
  const { remote } = opened.calling;
  const outgoing = await prepare(object, opened.contexts);
  if (!outgoing) {
    const details = `No valid presentation context was negotiated for SOP class UID [${object.sopClassUid}] and transfer syntax [${object.transferSyntax}] while sending to modality [${remote.aet}]`;
    throw new OrthancError('noContext', details);
  }
  const messageId = opened.nextMessageId();
  await sendStore(opened.connection, object, outgoing, { messageId, ...originator });
  const { command } = await opened.readMessage();
  const { status = -1 } = command;
  const isKept = status === 0 || status >> 12 === 0xb;
  if (command.field !== CommandField.storeResponse || !isKept)
    throw refusedBy(remote, 'C-STORE', status);
}

function fileBytes(instance: Resource, { archive }: Orthanc): Buffer {
  return archive.files.read(fileOf(instance).uuid);
}

export function storedObject(instance: Resource, orthanc: Orthanc): StoredObject {
  const read = async () => fileBytes(instance, orthanc);
  return {
    sopClassUid: metadataOf(instance, 'SopClassUid') ?? '',
    sopInstanceUid: instance.tags.get('00080018') ?? '',
    transferSyntax: metadataOf(instance, 'TransferSyntax') ?? '',
    read,
    transcode: async (syntax: string) => transcode(readPart10(await read()), syntax),
  };
}

// Number 0 means that no C-MOVE is pretended.
function originatorOf(fields: Fields, { config }: Orthanc): MoveOriginator | undefined {
  const id = fields['MoveOriginatorID'];
  if (typeof id !== 'number' || id === 0) return undefined;
  const aet = fields['MoveOriginatorAet'];
  return {
    moveOriginatorAet: typeof aet === 'string' ? aet : config.dicomAet,
    moveOriginatorMessageId: id,
  };
}

/** Headers for a peer that asks for a password. */
export function peerHeaders({ username, password, headers }: WebServer): Record<string, string> {
  if (username === '') return { ...headers };
  return {
    ...headers,
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  };
}

async function postTo(
  peer: WebServer,
  bytes: Uint8Array,
  { isCompressed, signal }: { readonly isCompressed: boolean; readonly signal: AbortSignal },
): Promise<void> {
  try {
    const answer = await fetch(`${peer.url}instances`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { ...peerHeaders(peer), ...(isCompressed && { 'Content-Encoding': 'gzip' }) },
      signal,
    });
    await answer.arrayBuffer();
    if (answer.ok) return;
  } catch (cause) {
    throw new OrthancError('network', undefined, { cause });
  }
  throw new OrthancError('network');
}
