// The jobs that bring resources here or to another modality: C-MOVE, and from 1.12.6 on C-GET.
import { type Command, CommandField, isPending, Status } from '#core/dimse/command.ts';
import type { Message } from '#core/dimse/connection.ts';
import { STUDY_ROOT_GET } from '#core/dimse/sop-classes.ts';
import type { TagFormat } from '../dicom/tags.ts';
import { archivePort } from '../dimse/archive-port.ts';
import { storageClasses } from '../dimse/generated/storage-classes.ts';
import { asFile } from '../dimse/received-file.ts';
import type { JobContext, JobTask } from '../jobs/jobs.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import {
  type Calling,
  contextOf,
  type Opened,
  refusedBy,
  serviceSyntaxes,
  withAssociation,
} from './association.ts';
import { move, retrieveIdentifier, withControl } from './control.ts';
import { type DicomMap, encodedMap, mapJson, mirroredMap } from './dicom-map.ts';

export interface Retrieval {
  readonly calling: Calling;
  /** Of each, the identifiers of its level. */
  readonly resources: readonly DicomMap[];
  /** What the job tells of each; fewer tags than are sent, in old versions. */
  readonly shown: readonly DicomMap[];
  readonly format: TagFormat;
  readonly priority: number;
  readonly isPermissive: boolean;
}

export class RetrieveTask implements JobTask {
  readonly type: 'DicomMoveScu' | 'DicomGetScu';
  readonly priority: number;
  readonly #retrieval: Retrieval;
  readonly #orthanc: Orthanc;
  /** Undefined is C-GET. */
  readonly #targetAet: string | undefined;

  constructor(retrieval: Retrieval, targetAet: string | undefined, orthanc: Orthanc) {
    this.type = targetAet === undefined ? 'DicomGetScu' : 'DicomMoveScu';
    this.priority = retrieval.priority;
    this.#retrieval = retrieval;
    this.#targetAet = targetAet;
    this.#orthanc = orthanc;
  }

  content(): JsonObject {
    const { calling, shown, format } = this.#retrieval;
    return {
      Description: 'REST API',
      LocalAet: calling.localAet,
      Query: shown.map((resource) => mapJson(mirroredMap(resource), format)),
      RemoteAet: calling.remote.aet,
      ...(this.#orthanc.version.hasLabels && { TargetAet: this.#targetAet }),
    };
  }

  async run({ signal }: JobContext): Promise<void> {
    const { resources } = this.#retrieval;
    const calling = { ...this.#retrieval.calling, signal };
    const target = this.#targetAet;
    // A job without commands opens no association.
    if (resources.length === 0) return;
    if (target !== undefined) {
      await withControl({ calling, service: 'C-MOVE' }, this.#orthanc, (opened) =>
        this.#each((resource) => move(opened, target, resource, this.#orthanc)),
      );
      return;
    }
    await withAssociation(calling, getProposal(), 'C-GET', (opened) =>
      this.#each((resource) => get(opened, resource, this.#orthanc)),
    );
  }

  async #each(retrieve: (resource: DicomMap) => Promise<void>): Promise<void> {
    for (const resource of this.#retrieval.resources) {
      try {
        await retrieve(resource);
      } catch (error) {
        if (!this.#retrieval.isPermissive || !(error instanceof OrthancError)) throw error;
      }
    }
  }
}

/** As many classes as one association has room for: Orthanc proposes its 120 most common ones. */
const MAX_GET_CLASSES = 120;
const everyday = [
  '1.2.840.10008.5.1.4.1.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.1.7',
];
const getSyntaxes = [
  ...serviceSyntaxes,
  ...['50', '51', '57', '70', '80', '81', '90', '91'].map((tail) => `1.2.840.10008.1.2.4.${tail}`),
  '1.2.840.10008.1.2.5',
];

function getProposal() {
  const classes = [...new Set([...everyday, ...storageClasses])].slice(0, MAX_GET_CLASSES);
  return {
    contexts: [
      { abstractSyntax: STUDY_ROOT_GET, transferSyntaxes: serviceSyntaxes },
      ...classes.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: getSyntaxes })),
    ],
    roles: classes.map((sopClassUid) => ({ sopClassUid, isScu: false, isScp: true })),
  };
}

/** One C-GET: stores what the peer sends back over the same association. */
async function get(opened: Opened, resource: DicomMap, orthanc: Orthanc): Promise<void> {
  const { connection, calling } = opened;
  const context = contextOf(opened, STUDY_ROOT_GET);
  if (!context) throw new OrthancError('noContext', `Remote AET is ${calling.remote.aet}`);
  const command: Command = {
    field: CommandField.getRequest,
    hasDataset: true,
    messageId: opened.nextMessageId(),
    priority: 0,
    sopClassUid: STUDY_ROOT_GET,
  };
  const identifier = encodedMap(
    retrieveIdentifier(resource),
    context.transferSyntax,
    orthanc.settings.defaultCharset,
  );
  await connection.writeMessage(context.id, command, [identifier]);
  for (;;) {
    const message = await opened.readMessage();
    if (message.command.field === CommandField.storeRequest) {
      await receive(opened, message, orthanc);
      continue;
    }
    await connection.skipData();
    const { status = -1 } = message.command;
    if (status === 0) return;
    if (!isPending(status))
      throw refusedBy(calling.remote, 'C-GET', status, 'resource not found ?');
  }
}

async function receive(opened: Opened, message: Message, orthanc: Orthanc): Promise<void> {
  const { connection, calling } = opened;
  const { sopClassUid = '', sopInstanceUid = '', messageId } = message.command;
  const context = opened.contexts.find(({ id }) => id === message.contextId);
  if (!context) throw new Error('an object came in a context that was never agreed');
  const object = { sopClassUid, sopInstanceUid, transferSyntax: context.transferSyntax };
  const outcome = await archivePort(orthanc).store({
    callingAet: calling.remote.aet,
    calledAet: calling.localAet,
    remoteIp: connection.socket.remoteAddress ?? '',
    ...object,
    body: asFile(object, message.data),
  });
  await connection.skipData();
  await connection.writeMessage(message.contextId, {
    field: CommandField.storeResponse,
    hasDataset: false,
    respondedTo: messageId,
    sopClassUid,
    sopInstanceUid,
    status: outcome === 'stored' ? Status.success : Status.outOfResources,
  });
}
