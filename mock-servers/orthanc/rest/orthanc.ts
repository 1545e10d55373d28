// What every handler may use: one emulated server.
import type { Clock } from '#core/clock.ts';
import type { Archive } from '../archive/archive.ts';
import type { OrthancConfig } from '../config.ts';
import type { InstanceReader } from '../dicom/instance-reader.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Modality } from '../modality-form.ts';
import type { CommitmentReport } from '../neighbours/commitment.ts';
import type { OutgoingCalls } from '../neighbours/outgoing-calls.ts';
import type { StoredQuery } from '../neighbours/queries.ts';
import type { Version } from '../versions.ts';
import type { WebServer } from '../web-server.ts';
import { type Answer, bareJsonAnswer } from './answer.ts';
import type { BodyMemory } from './body-memory.ts';
import type { Call } from './call.ts';

/** What clients change at run time and a restart forgets. */
export interface RuntimeSettings {
  defaultEncoding: string;
  /** The same as a DICOM term. */
  defaultCharset: string;
  readonly toggles: Map<string, string>;
  /** Transfer syntaxes that C-STORE takes; all that Orthanc knows until a client says otherwise. */
  acceptedSyntaxes: ReadonlySet<string> | undefined;
  readonly modalities: Map<string, Modality>;
  readonly peers: Map<string, WebServer>;
  readonly queries: Map<string, StoredQuery>;
  /** Storage commitment that was asked of modalities, by transaction. */
  readonly commitments: Map<string, CommitmentReport>;
  /** Servers that the DICOMweb plugin is a client of. */
  readonly dicomWebServers: Map<string, WebServer>;
  /** Numbers the anonymized patients. */
  anonymized: number;
  /** Once DIMSE listens. */
  boundDicomPort: number | undefined;
}

export interface Orthanc {
  readonly version: Version;
  readonly config: OrthancConfig;
  readonly archive: Archive;
  readonly dicom: InstanceReader;
  readonly jobs: Jobs;
  readonly outgoing: OutgoingCalls;
  readonly bodies: BodyMemory;
  readonly settings: RuntimeSettings;
  readonly clock: Clock;
  readonly startedAtMs: number;
  /** DatabaseServerIdentifier */
  readonly serverId: string;
  /** Part of generated UIDs. */
  readonly uidHost: number;
  /** Names of metadata and of attachments by Orthanc's numbers, and back. */
  readonly metadataNames: ReadonlyMap<number, string>;
  readonly metadataNumbers: ReadonlyMap<string, number>;
  readonly contentTypeNames: ReadonlyMap<number, string>;
  readonly contentTypeNumbers: ReadonlyMap<string, number>;
  /** Back to the configuration, without touching the archive. */
  restart(): void;
  newUuid(): string;
  randomBytes(size: number): Buffer;
  httpPort(): number;
  dicomPort(): number;
}

export type Handler = (call: Call, orthanc: Orthanc) => Answer | Promise<Answer>;

/** /tools/reset restarts the process: what clients have set is forgotten, what is stored stays. */
export const restart: Handler = (_call, orthanc) => {
  orthanc.restart();
  return bareJsonAnswer('{}');
};
