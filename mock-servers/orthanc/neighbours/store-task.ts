// Sends instances to a modality by C-STORE, or to a peer by its REST API, as a job.
import { readPart10 } from '#core/dicom/part10.ts';
import { CommandField, isSuccessful } from '#core/dimse/command.ts';
import { descendants, metadataOf, type Resource } from '../archive/model.ts';
import type { Modality, Peer } from '../config.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import { transcode } from '../dicom/transcode.ts';
import { prepare, sendStore } from '../dimse/outgoing.ts';
import type { JobTask } from '../jobs/jobs.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { networkError, type Opened, type WantedContext, withAssociation } from './association.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';

export class StoreTask implements JobTask {
  readonly type: string;
  readonly priority = 0;
  readonly #target: Modality | Peer;
  readonly #orthanc: Orthanc;
  readonly #resources: readonly Resource[];
  readonly #instances: readonly Resource[];

  constructor(target: Modality | Peer, resources: readonly Resource[], orthanc: Orthanc) {
    this.type = 'aet' in target ? 'DicomModalityStore' : 'OrthancPeerStore';
    this.#target = target;
    this.#orthanc = orthanc;
    this.#resources = resources;
    this.#instances = resources.flatMap((resource) => descendants(resource, 'Instance'));
  }

  content(): JsonObject {
    const target = this.#target;
    const parents = this.#resources.map(({ id }) => id);
    return {
      Description: 'REST API',
      FailedInstancesCount: 0,
      InstancesCount: this.#instances.length,
      ParentResources: parents,
      ...('aet' in target
        ? { LocalAet: localAet(target, this.#orthanc), RemoteAet: target.aet }
        : { Peer: [target.url, target.username, ''] }),
    };
  }

  async run(): Promise<void> {
    const target = this.#target;
    if ('aet' in target) await this.#send(target);
    else for (const instance of this.#instances) await postTo(target, instance, this.#orthanc);
  }

  #send(target: Modality): Promise<void> {
    const wanted = new Map<string, WantedContext>();
    for (const instance of this.#instances) {
      const abstractSyntax = metadataOf(instance, 'SopClassUid') ?? '';
      for (const transferSyntax of [metadataOf(instance, 'TransferSyntax') ?? EXPLICIT, EXPLICIT]) {
        wanted.set(`${abstractSyntax} ${transferSyntax}`, { abstractSyntax, transferSyntax });
      }
    }
    return withAssociation(
      target,
      localAet(target, this.#orthanc),
      [...wanted.values()],
      async (opened) => {
        for (const [index, instance] of this.#instances.entries())
          await this.#store(instance, index + 1, opened, target);
      },
    );
  }

  async #store(
    instance: Resource,
    messageId: number,
    opened: Opened,
    target: Modality,
  ): Promise<void> {
    const { archive } = this.#orthanc;
    const read = async () => archive.files.read(fileOf(instance).uuid);
    const object = {
      sopClassUid: metadataOf(instance, 'SopClassUid') ?? '',
      sopInstanceUid: instance.tags.get('00080018') ?? '',
      transferSyntax: metadataOf(instance, 'TransferSyntax') ?? '',
      read,
      transcode: async (syntax: string) => transcode(readPart10(await read()), syntax),
    };
    const outgoing = await prepare(object, opened.contexts);
    if (!outgoing) throw networkError(target, 'No Acceptable Presentation Contexts');
    await sendStore(opened.connection, object, outgoing, { messageId });
    const answer = await opened.connection.readMessage();
    const isKept =
      'command' in answer &&
      answer.command.field === CommandField.storeResponse &&
      isSuccessful(answer.command.status);
    if (!isKept) throw networkError(target, 'C-STORE was refused');
  }
}

export function localAet(modality: Modality, { config }: Orthanc): string {
  return modality.localAet === '' ? config.dicomAet : modality.localAet;
}

/** Headers for a peer that asks for a password. */
export function peerHeaders({ username, password, headers }: Peer): Record<string, string> {
  if (username === '') return { ...headers };
  return {
    ...headers,
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  };
}

async function postTo(peer: Peer, instance: Resource, { archive }: Orthanc): Promise<void> {
  const body = archive.files.read(fileOf(instance).uuid);
  const answer = await fetch(`${peer.url}instances`, {
    method: 'POST',
    body,
    headers: peerHeaders(peer),
  }).catch((cause: unknown) => {
    throw new OrthancError('network', undefined, { cause });
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new OrthancError('network');
}
