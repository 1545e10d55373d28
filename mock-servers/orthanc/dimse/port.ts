// What DIMSE asks of the archive behind it. The archive implements it; DIMSE knows nothing else of it.
import type { Toolkit } from './identity.ts';

export type DimseOperation = 'echo' | 'store' | 'find' | 'get' | 'move' | 'action' | 'event-report';
export type DimseLevel = 'Patient' | 'Study' | 'Series' | 'Instance';

/** Who speaks to us. */
export interface DimsePeer {
  readonly callingAet: string;
  readonly calledAet: string;
  readonly remoteIp: string;
}

export interface IncomingObject extends DimsePeer {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntax: string;
  /** A complete file: preamble, a meta header as DCMTK writes it, and the data set byte for byte. Must be read to its end; each piece is good until the next one is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ArchiveQuery {
  readonly level: DimseLevel;
  /** Tag (eight upper-case digits) to value with wildcards, lists and ranges as sent, decoded; never empty. */
  readonly constraints: ReadonlyMap<string, string>;
  /** Every tag of the identifier except the level and the character set, in its order. */
  readonly requested: readonly string[];
}

export interface StoredObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntax: string;
  /** The whole file. */
  read(): Promise<Uint8Array>;
  /** The whole file in another transfer syntax, where the archive can convert it. */
  transcode?(transferSyntax: string): Promise<Uint8Array | undefined>;
}

export interface ReferencedObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly objects: readonly ReferencedObject[];
}

export interface CommitmentOutcome {
  readonly transactionUid: string;
  readonly success: readonly ReferencedObject[];
  readonly failures: readonly (ReferencedObject & { readonly reason: number })[];
}

/** Whose C-MOVE an object is sent for. */
export interface MoveOriginator {
  readonly moveOriginatorAet: string;
  readonly moveOriginatorMessageId: number;
}

/**
 * Sends objects over one association.
 *
 * @param onSent - called after each
 * @returns `failed` at the first that is not taken, and when nobody answers in time
 */
export type SendObjects = (
  objects: readonly StoredObject[],
  originator: MoveOriginator,
  onSent: () => Promise<void>,
) => Promise<'sent' | 'failed'>;

export interface ArchivePort {
  readonly toolkit: Toolkit;
  /** DicomAet. */
  readonly aet: string;
  /** DicomCheckCalledAet. */
  readonly isCalledAetChecked: boolean;
  /** DicomAlwaysAllow…, or a modality that may. Orthanc aborts the association of one that may not. */
  isAllowed(operation: DimseOperation, peer: DimsePeer): boolean;
  /** Whether objects may come in this transfer syntax. */
  acceptsSyntax(transferSyntax: string): boolean;
  /** Keeps an object, also one it has already; one it refuses is answered as A700. */
  store(object: IncomingObject): Promise<'stored' | 'refused'>;
  /** Values by tag, decoded; a tag that is not in the map is answered empty. */
  find(query: ArchiveQuery): Promise<readonly ReadonlyMap<string, string>[]>;
  /**
   * What belongs to the resources with these identifiers.
   *
   * @param ids - values of PatientID, StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID at `level`
   */
  retrieve(level: DimseLevel, ids: readonly string[]): Promise<readonly StoredObject[]>;
  /** Somebody wants to know whether objects are kept safely: answered later, by an association of ours. */
  checkCommitment(request: CommitmentRequest, peer: DimsePeer): void;
  /** The answer to our own question; false for a transaction that nobody has begun. */
  reportCommitment(outcome: CommitmentOutcome): boolean;
  /** The way to a configured modality, by its AE title. */
  sender(aet: string): SendObjects | undefined;
}
