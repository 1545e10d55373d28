// Metadata, labels, protection and statistics of resources.
import { hash } from 'node:crypto';
import {
  descendants,
  type Level,
  levels,
  type MetadataEntry,
  type Resource,
} from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import { type Answer, bareStatus, jsonAnswer, textAnswer } from './answer.ts';
import { booleanText, expandFlag, resourceOf } from './arguments.ts';
import { type Call, textBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { metadataName, namedMetadata } from './resource-json.ts';
import { etagOf, requireMatch, tagged } from './revisions.ts';
import { diskSize, megabytes, uncompressedSize } from './system.ts';

const FIRST_USER_METADATA = 1024;

export function listMetadata(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const isNumeric = orthanc.version.hasLabels && call.query.has('numeric');
    if (call.query.has('expand') && expandFlag(call, orthanc)) {
      const named = namedMetadata(resource, orthanc);
      return jsonAnswer(isNumeric ? numberedMetadata(resource) : named);
    }
    const numbers = [...resource.metadata.keys()].sort((a, b) => a - b);
    if (isNumeric) return jsonAnswer(numbers);
    return jsonAnswer(numbers.map((number) => metadataName(number, orthanc)));
  };
}

function numberedMetadata({ metadata }: Resource): JsonObject {
  return Object.fromEntries([...metadata].map(([number, { value }]) => [number, value]));
}

export function getMetadata(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const entry = resource.metadata.get(metadataNumber(call, orthanc));
    if (!entry) return bareStatus(404);
    return tagged(call, md5Of(entry), () => textAnswer(entry.value));
  };
}

export function putMetadata(level: Level): Handler {
  return async (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const number = metadataNumber(call, orthanc);
    if (!isUserMetadata(number)) return bareStatus(403);
    const value = await textBodyOf(call);
    const old = resource.metadata.get(number);
    if (old) requireMatch(call, md5Of(old));
    const entry = orthanc.archive.setMetadata(resource, number, value);
    orthanc.archive.addChange('UpdatedMetadata', resource);
    return textAnswer('', { ETag: etagOf(md5Of(entry), old ? 1 : 0) });
  };
}

export function deleteMetadata(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const number = metadataNumber(call, orthanc);
    if (!isUserMetadata(number)) return bareStatus(403);
    const old = resource.metadata.get(number);
    if (!old) throw new OrthancError('unknownResource');
    requireMatch(call, md5Of(old));
    resource.metadata.delete(number);
    orthanc.archive.save(resource);
    orthanc.archive.addChange('UpdatedMetadata', resource);
    return textAnswer('');
  };
}

export function listLabels(level: Level): Handler {
  return (call, orthanc) => jsonAnswer([...resourceOf(call, level, orthanc).labels].sort());
}

export function getLabel(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    return resource.labels.has(call.params['label'] ?? '') ? textAnswer('') : bareStatus(404);
  };
}

export function putLabel(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    resource.labels.add(labelOf(call));
    orthanc.archive.save(resource);
    orthanc.archive.addChange('UpdatedMetadata', resource);
    return textAnswer('');
  };
}

export function deleteLabel(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    resource.labels.delete(labelOf(call));
    orthanc.archive.save(resource);
    orthanc.archive.addChange('UpdatedMetadata', resource);
    return textAnswer('');
  };
}

/** @throws OrthancError for what cannot be a label */
function labelOf(call: Call): string {
  const label = call.params['label'] ?? '';
  if (/^[\w-]{1,64}$/.test(label)) return label;
  throw new OrthancError(
    'outOfRange',
    `A label must be a non-empty, alphanumeric string, possibly with '_' or '-' characters, with maximum 64 characters, but got: ${label}`,
  );
}

export const allLabels: Handler = (_call, { archive }) => {
  const labels = new Set<string>();
  for (const level of levels) {
    for (const resource of archive.resources.all(level)) {
      for (const label of resource.labels) labels.add(label);
    }
  }
  return jsonAnswer([...labels].sort());
};

export const isProtected: Handler = (call, orthanc) =>
  textAnswer(patientOf(call, orthanc).isProtected ? '1' : '0');

/** An unknown patient is a parameter out of range here. */
function patientOf(call: Call, { archive }: Orthanc): Resource {
  const patient = archive.resources.find('Patient', call.params['id'] ?? '');
  if (!patient) throw new OrthancError('outOfRange');
  return patient;
}

export const setProtected: Handler = async (call, orthanc): Promise<Answer> => {
  const patient = patientOf(call, orthanc);
  patient.isProtected = booleanText(await textBodyOf(call));
  orthanc.archive.save(patient);
  return textAnswer('');
};

export function resourceStatistics(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const total = diskSize([resource]);
    const whole = uncompressedSize([resource]);
    const files = descendants(resource, 'Instance').map(fileOf);
    const dicom = sum(files.map(({ size, compressed }) => compressed?.size ?? size));
    const dicomWhole = sum(files.map(({ size }) => size));
    const counts: Record<string, Json> = {};
    for (const below of levels.slice(levels.indexOf(level) + 1)) {
      counts[
        `Count${below === 'Study' ? 'Studies' : below === 'Series' ? 'Series' : 'Instances'}`
      ] = descendants(resource, below).length;
    }
    return jsonAnswer({
      ...counts,
      DicomDiskSize: String(dicom),
      DicomDiskSizeMB: megabytes(dicom),
      DicomUncompressedSize: String(dicomWhole),
      DicomUncompressedSizeMB: megabytes(dicomWhole),
      DiskSize: String(total),
      DiskSizeMB: megabytes(total),
      UncompressedSize: String(whole),
      UncompressedSizeMB: megabytes(whole),
    });
  };
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

function metadataNumber(call: Call, { metadataNumbers }: Orthanc): number {
  const name = call.params['name'] ?? '';
  const number = metadataNumbers.get(name) ?? (/^-?\d+$/.test(name) ? Number(name) : undefined);
  if (number === undefined) throw new OrthancError('inexistentItem');
  return number;
}

function isUserMetadata(number: number): boolean {
  return number >= FIRST_USER_METADATA && number <= 0xffff;
}

function md5Of({ value }: MetadataEntry): string {
  return hash('md5', value);
}
