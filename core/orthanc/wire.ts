// What Orthanc's REST API sends: names as on the wire. Fields that we do not read are left open.
import {
  type Guard,
  hasShape,
  isArrayOf,
  isNumber,
  isOneOf,
  isRecord,
  isString,
  optional,
} from '../guards.ts';

/** Path segment of a level. */
export type Level = 'patients' | 'studies' | 'series' | 'instances';
/** Name of a level in bodies. */
export type ResourceType = 'Patient' | 'Study' | 'Series' | 'Instance';

export const resourceTypes: Readonly<Record<Level, ResourceType>> = {
  patients: 'Patient',
  studies: 'Study',
  series: 'Series',
  instances: 'Instance',
};
/** Answer to POST /instances. `AlreadyStored`: the archive kept what it had, whatever was sent. */
export interface StoredInstance {
  readonly ID: string;
  readonly Status: 'Success' | 'AlreadyStored' | 'Failure' | 'FilteredOut';
  readonly ParentPatient?: string | undefined;
  readonly ParentStudy?: string | undefined;
  readonly ParentSeries?: string | undefined;
}

/** A resource with `?expand`. */
export interface Resource {
  readonly ID: string;
  readonly Type: ResourceType;
  readonly MainDicomTags: Readonly<Record<string, unknown>>;
  readonly PatientMainDicomTags?: Readonly<Record<string, unknown>> | undefined;
  readonly ParentPatient?: string | undefined;
  readonly ParentStudy?: string | undefined;
  readonly ParentSeries?: string | undefined;
  readonly Studies?: readonly string[] | undefined;
  readonly Series?: readonly string[] | undefined;
  readonly Instances?: readonly string[] | undefined;
  readonly FileSize?: number | undefined;
  readonly LastUpdate?: string | undefined;
}

export interface LookupEntry {
  readonly ID: string;
  readonly Path: string;
  readonly Type: ResourceType;
}

export interface SystemInfo {
  readonly Name: string;
  readonly Version: string;
  readonly ApiVersion: number;
  readonly DicomAet: string;
  readonly DicomPort: number;
}

/** Sizes in bytes are strings: they may exceed what a double holds. */
export interface Statistics {
  readonly CountPatients: number;
  readonly CountStudies: number;
  readonly CountSeries: number;
  readonly CountInstances: number;
  readonly TotalDiskSize: string;
}

/** Of one resource: levels at and above its own are not counted. */
export interface ResourceStatistics {
  readonly CountInstances?: number | undefined;
  readonly DiskSize: string;
}

export interface Change {
  readonly ChangeType: string;
  readonly Date: string;
  readonly ID: string;
  readonly Path: string;
  readonly ResourceType: string;
  readonly Seq: number;
}
export interface Changes {
  readonly Changes: readonly Change[];
  readonly Done: boolean;
  readonly Last: number;
}

export interface Deleted {
  readonly RemainingAncestor: LookupEntry | null;
}

/** Many refusals have no body at all; this is the other kind. */
export interface ErrorBody {
  readonly Message: string;
  readonly OrthancStatus: number;
  readonly Details?: string | undefined;
}

const isResourceType = isOneOf('Patient', 'Study', 'Series', 'Instance');
const isStringList: Guard<string[]> = isArrayOf(isString);

export const isStoredInstance: Guard<StoredInstance> = hasShape({
  ID: isString,
  Status: isOneOf('Success', 'AlreadyStored', 'Failure', 'FilteredOut'),
  ParentPatient: optional(isString),
  ParentStudy: optional(isString),
  ParentSeries: optional(isString),
});

export const isResource: Guard<Resource> = hasShape({
  ID: isString,
  Type: isResourceType,
  MainDicomTags: isRecord,
  PatientMainDicomTags: optional(isRecord),
  ParentPatient: optional(isString),
  ParentStudy: optional(isString),
  ParentSeries: optional(isString),
  Studies: optional(isStringList),
  Series: optional(isStringList),
  Instances: optional(isStringList),
  FileSize: optional(isNumber),
  LastUpdate: optional(isString),
});
export const isResourceList: Guard<Resource[]> = isArrayOf(isResource);

const isLookupEntry: Guard<LookupEntry> = hasShape({
  ID: isString,
  Path: isString,
  Type: isResourceType,
});
export const isLookup: Guard<LookupEntry[]> = isArrayOf(isLookupEntry);

export const isSystemInfo: Guard<SystemInfo> = hasShape({
  Name: isString,
  Version: isString,
  ApiVersion: isNumber,
  DicomAet: isString,
  DicomPort: isNumber,
});

/** Indices from 0. */
export const isFrameList: Guard<number[]> = isArrayOf(isNumber);

export const isStatistics: Guard<Statistics> = hasShape({
  CountPatients: isNumber,
  CountStudies: isNumber,
  CountSeries: isNumber,
  CountInstances: isNumber,
  TotalDiskSize: isString,
});

export const isResourceStatistics: Guard<ResourceStatistics> = hasShape({
  CountInstances: optional(isNumber),
  DiskSize: isString,
});

const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';
const isChange: Guard<Change> = hasShape({
  ChangeType: isString,
  Date: isString,
  ID: isString,
  Path: isString,
  ResourceType: isString,
  Seq: isNumber,
});
export const isChanges: Guard<Changes> = hasShape({
  Changes: isArrayOf(isChange),
  Done: isBoolean,
  Last: isNumber,
});

export const isDeleted: Guard<Deleted> = hasShape({
  RemainingAncestor: (value: unknown): value is LookupEntry | null =>
    value === null || isLookupEntry(value),
});

export const isErrorBody: Guard<ErrorBody> = hasShape({
  Message: isString,
  OrthancStatus: isNumber,
  Details: optional(isString),
});
