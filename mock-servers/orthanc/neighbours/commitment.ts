// Storage commitment with modalities: asking one, and answering one that asks.
import { CommandField } from '#core/dimse/command.ts';
import { STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE } from '#core/dimse/sop-classes.ts';
import { metadataOf } from '../archive/model.ts';
import { encodedOutcome, encodedRequest } from '../dimse/commitment.ts';
import type {
  CommitmentOutcome,
  CommitmentRequest,
  DimsePeer,
  ReferencedObject,
} from '../dimse/port.ts';
import type { JobContext, JobTask } from '../jobs/jobs.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { type Calling, contextOf, EXPLICIT, exchange, withAssociation } from './association.ts';
import { callingOf } from './modality.ts';

export interface CommitmentReport {
  readonly remoteAet: string;
  /** Absent until the modality has answered. */
  readonly outcome?: CommitmentOutcome;
}

/** PS3.3 C.14.1.1: why an object is not committed. */
const NOT_AVAILABLE = 0x0112;
const OTHER_CLASS = 0x0119;
const ALL_STORED = 1;
const SOME_FAILED = 2;

/** How many reports are remembered (StorageCommitmentReportsSize). */
const MOST_REPORTS = 100;
const proposal = [
  { abstractSyntax: STORAGE_COMMITMENT, transferSyntaxes: ['1.2.840.10008.1.2', EXPLICIT] },
];

/** Sends N-ACTION; what comes of it comes later, by an association that the modality opens. */
export async function requestCommitment(
  calling: Calling,
  request: CommitmentRequest,
  { settings }: Orthanc,
): Promise<void> {
  const { aet } = calling.remote;
  const { commitments } = settings;
  commitments.set(request.transactionUid, { remoteAet: aet });
  for (const oldest of [...commitments.keys()].slice(0, -MOST_REPORTS)) commitments.delete(oldest);
  const command = {
    field: CommandField.actionRequest,
    requestedSopClassUid: STORAGE_COMMITMENT,
    requestedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE,
    actionTypeId: 1,
  };
  const status = await notify(calling, command, (syntax) => encodedRequest(request, syntax));
  if (status === undefined) throw failed(`Unable to read N-ACTION response from AET: ${aet}`);
  if (status !== 0) throw failed(`The request cannot be handled by remote AET: ${aet}`);
}

/** 2.25 with a random number, as Orthanc makes them. */
export function newTransactionUid({ randomBytes }: Orthanc): string {
  return `2.25.${BigInt(`0x${randomBytes(16).toString('hex')}`)}`;
}

/** Keeps what a modality has answered; false when nobody asked. */
export function keepReport(outcome: CommitmentOutcome, { settings }: Orthanc): boolean {
  const report = settings.commitments.get(outcome.transactionUid);
  if (!report) return false;
  settings.commitments.set(outcome.transactionUid, { ...report, outcome });
  return true;
}

/** Looks the objects up and tells the modality, as a job. */
export function checkCommitment(
  request: CommitmentRequest,
  peer: DimsePeer,
  orthanc: Orthanc,
): void {
  orthanc.jobs.submit(new CommitmentTask(request, peer, orthanc));
}

class CommitmentTask implements JobTask {
  readonly type = 'StorageCommitmentScp';
  readonly priority = 0;
  readonly #request: CommitmentRequest;
  readonly #peer: DimsePeer;
  readonly #orthanc: Orthanc;

  constructor(request: CommitmentRequest, peer: DimsePeer, orthanc: Orthanc) {
    this.#request = request;
    this.#peer = peer;
    this.#orthanc = orthanc;
  }

  content(): JsonObject {
    return {
      CalledAet: this.#peer.calledAet,
      Description: '',
      RemoteAet: this.#peer.callingAet,
      TransactionUid: this.#request.transactionUid,
    };
  }

  async run({ signal }: JobContext): Promise<void> {
    const { transactionUid, objects } = this.#request;
    const checked = objects.map((object) => ({ ...object, reason: this.#reasonAgainst(object) }));
    const outcome = {
      transactionUid,
      success: checked.filter(({ reason }) => reason === 0),
      failures: checked.filter(({ reason }) => reason !== 0),
    };
    const command = {
      field: CommandField.eventReportRequest,
      sopClassUid: STORAGE_COMMITMENT,
      sopInstanceUid: STORAGE_COMMITMENT_INSTANCE,
      eventTypeId: outcome.failures.length === 0 ? ALL_STORED : SOME_FAILED,
    };
    const calling = { ...this.#calling(), signal };
    const status = await notify(calling, command, (syntax) => encodedOutcome(outcome, syntax), [
      { sopClassUid: STORAGE_COMMITMENT, isScu: false, isScp: true },
    ]);
    const { aet } = calling.remote;
    if (status === undefined)
      throw failed(`Unable to read N-EVENT-REPORT response from AET: ${aet}`);
    if (status !== 0) throw failed(`The request cannot be handled by remote AET: ${aet}`);
  }

  /** Called back under the title that the modality used for us. */
  #calling(): Calling {
    const { callingAet, calledAet } = this.#peer;
    const wanted = callingAet.toUpperCase();
    const modalities = [...this.#orthanc.settings.modalities.values()];
    const modality = modalities.find(({ aet }) => aet.toUpperCase() === wanted);
    if (!modality) throw new OrthancError('inexistentItem');
    return { ...callingOf(modality, this.#orthanc), localAet: calledAet };
  }

  #reasonAgainst({ sopClassUid, sopInstanceUid }: ReferencedObject): number {
    const { resources } = this.#orthanc.archive;
    const found = resources.identified('Instance', sopInstanceUid);
    if (found.length === 0) return NOT_AVAILABLE;
    const isSame = found.some((instance) => metadataOf(instance, 'SopClassUid') === sopClassUid);
    return isSame ? 0 : OTHER_CLASS;
  }
}

/** One message and its status; undefined when the peer gives none. */
function notify(
  calling: Calling,
  command: Omit<Parameters<typeof exchange>[2], 'hasDataset' | 'messageId'>,
  data: (transferSyntax: string) => Uint8Array,
  roles: Parameters<typeof withAssociation>[1]['roles'] = [],
): Promise<number | undefined> {
  return withAssociation(calling, { contexts: proposal, roles }, 'N-ACTION', async (opened) => {
    const context = contextOf(opened, STORAGE_COMMITMENT);
    if (!context) return undefined;
    const message = { ...command, hasDataset: true, messageId: opened.nextMessageId() };
    try {
      const bytes = data(context.transferSyntax);
      return (await exchange(opened, context.id, message, bytes)).status;
    } catch (error) {
      if (error instanceof TypeError) throw error;
      // It hung up or says nothing.
      return undefined;
    }
  });
}

function failed(what: string): OrthancError {
  return new OrthancError('network', `Storage commitment - ${what}`);
}
