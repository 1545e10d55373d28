// What becomes of a file in the index: one entry per level, as Orthanc writes them at the first instance.
import { type MainTags, signature } from './main-tags.ts';
import { type Level, type MetadataEntry, metadataNumbers, type Resource } from './model.ts';

/** What the index takes from a file. */
export interface InstanceSummary {
  readonly ids: Readonly<Record<Level, string>>;
  readonly tags: Readonly<Record<Level, ReadonlyMap<string, string>>>;
  /** Orthanc's metadata of an instance that come from the file itself. */
  readonly metadata: ReadonlyMap<number, string>;
  readonly expectedInstances: number | undefined;
}

/** Where an instance came from, as metadata by number. */
export type Origin = ReadonlyMap<number, string>;

export interface Arrival {
  readonly level: Level;
  readonly parent: Resource | undefined;
  readonly row: number;
  readonly summary: InstanceSummary;
  readonly origin: Origin;
  readonly now: string;
  /** Tags to be signed for, where the version does so. */
  readonly signed: MainTags | undefined;
}

export function newResource(arrival: Arrival): Resource {
  const { level, parent, row, summary } = arrival;
  return {
    id: summary.ids[level],
    level,
    parent,
    row,
    children: new Set(),
    tags: new Map(summary.tags[level]),
    patientTags: level === 'Study' ? summary.tags.Patient : new Map(),
    metadata: initialMetadata(arrival),
    attachments: new Map(),
    labels: new Set(),
    isProtected: false,
  };
}

function initialMetadata({
  level,
  summary,
  origin,
  now,
  signed,
}: Arrival): Map<number, MetadataEntry> {
  const metadata = new Map<number, MetadataEntry>();
  const set = (number: number, value: string) => metadata.set(number, { value });
  if (level === 'Instance') {
    for (const [number, value] of [...summary.metadata, ...origin]) set(number, value);
    set(metadataNumbers.ReceptionDate, now);
  } else {
    set(metadataNumbers.LastUpdate, now);
  }
  if (level === 'Series') {
    set(metadataNumbers.RemoteAET, origin.get(metadataNumbers.RemoteAET) ?? '');
    const expected = summary.expectedInstances;
    if (expected !== undefined) set(metadataNumbers.ExpectedNumberOfInstances, String(expected));
  }
  if (signed) set(metadataNumbers.MainDicomTagsSignature, signature(signed[level]));
  return metadata;
}
