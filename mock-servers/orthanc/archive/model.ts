// What the archive keeps: the four levels of Orthanc with their main DICOM tags, metadata and attachments.
import type { Place } from './packs.ts';

export const levels = ['Patient', 'Study', 'Series', 'Instance'] as const;
export type Level = (typeof levels)[number];

/** First part of a resource's URI. */
export const collections = {
  Patient: 'patients',
  Study: 'studies',
  Series: 'series',
  Instance: 'instances',
} as const satisfies Record<Level, string>;

/** The tag that identifies a resource of each level. */
export const identifierTags = {
  Patient: '00100020',
  Study: '0020000D',
  Series: '0020000E',
  Instance: '00080018',
} as const satisfies Record<Level, string>;

export interface MetadataEntry {
  readonly value: string;
}

export interface Attachment {
  readonly uuid: string;
  readonly size: number;
  /** Of a small one: where its bytes begin. */
  readonly place?: Place;
  /** What it comes to while it counts as compressed; the file itself stays as it is. */
  readonly compressed?: { readonly size: number; readonly md5: string };
  /** Absent until somebody asks: computed from the stored bytes. */
  md5?: string;
}

/** What leads to the bytes of an attachment. */
export type Located = Pick<Attachment, 'uuid' | 'size' | 'place'>;

export interface Resource {
  readonly id: string;
  readonly level: Level;
  readonly parent: Resource | undefined;
  /** In the order of their arrival. */
  readonly children: Set<Resource>;
  /** Main DICOM tags by eight upper-case digits. */
  readonly tags: Map<string, string>;
  /** Of a study: the patient's tags as its own first file has them. */
  readonly patientTags: ReadonlyMap<string, string>;
  /** By Orthanc's number of the metadata. */
  readonly metadata: Map<number, MetadataEntry>;
  /** By Orthanc's number of the content type; 1 is the DICOM file. */
  readonly attachments: Map<number, Attachment>;
  readonly labels: Set<string>;
  /** Key of the row; grows with each arrival. */
  readonly row: number;
  isProtected: boolean;
}

export interface Change {
  readonly seq: number;
  readonly type: string;
  readonly level: Level;
  readonly id: string;
  readonly date: string;
}

export const DICOM_ATTACHMENT = 1;

/** Numbers of Orthanc's own metadata; 1024 and above are the users'. */
export const metadataNumbers = {
  IndexInSeries: 1,
  ReceptionDate: 2,
  RemoteAET: 3,
  ExpectedNumberOfInstances: 4,
  ModifiedFrom: 5,
  AnonymizedFrom: 6,
  LastUpdate: 7,
  Origin: 8,
  TransferSyntax: 9,
  SopClassUid: 10,
  RemoteIP: 11,
  CalledAET: 12,
  HttpUsername: 13,
  PixelDataOffset: 14,
  MainDicomTagsSignature: 15,
  MainDicomSequences: 16,
  PixelDataVR: 17,
} as const;

export type MetadataName = keyof typeof metadataNumbers;

export function metadataOf(resource: Resource, name: MetadataName): string | undefined {
  return resource.metadata.get(metadataNumbers[name])?.value;
}

/** The number of an instance in its series, where that is a number. */
export function indexInSeries(instance: Resource): number | undefined {
  const index = metadataOf(instance, 'IndexInSeries');
  return index !== undefined && /^-?\d+$/.test(index) ? Number(index) : undefined;
}

export function childLevel(level: Level): Level | undefined {
  return levels[levels.indexOf(level) + 1];
}

/** The ancestor of a resource at a level, itself included. */
export function ancestor(resource: Resource, level: Level): Resource | undefined {
  let current: Resource | undefined = resource;
  while (current && current.level !== level) current = current.parent;
  return current;
}

/** All resources of a level below a resource, itself included, in the order of arrival. */
export function descendants(resource: Resource, level: Level): Resource[] {
  if (resource.level === level) return [resource];
  return [...resource.children].flatMap((child) => descendants(child, level));
}

/** A resource after all that is below it. */
export function withAllBelow(resource: Resource): Resource[] {
  return [...[...resource.children].flatMap(withAllBelow), resource];
}

/**
 * The value of a main DICOM tag of a resource or of what it belongs to. The patient's tags are those of the
 * study's own first file: Orthanc keeps them with the study, and files of one patient may disagree.
 */
export function inheritedTag(resource: Resource, tag: string): string | undefined {
  let current: Resource | undefined = resource;
  while (current) {
    const value = current.tags.get(tag) ?? current.patientTags.get(tag);
    if (value !== undefined) return value;
    if (current.level === 'Study') return undefined;
    current = current.parent;
  }
  return undefined;
}
