// The main DICOM tags: those that Orthanc keeps in its index at each level.
import { attributeOf, isPrivate } from '#core/dicom/dictionary.ts';
import type { OrthancVersion } from '../versions.ts';
import { type Level, levels } from './model.ts';

const common: Readonly<Record<Level, string>> = {
  Patient: '00100010 00100020 00100030 00100040 00101000',
  Study:
    '00080020 00080030 00080050 00080080 00080090 00081030 0020000D 00200010 00321032 00321060',
  Series:
    '00080021 00080031 00080060 00080070 00081010 0008103E 00081070 00180010 00180015 00180024 00181030 00181090 00181400 0020000E 00200011 00200037 00200105 00201002 00400254 00540081 00540101 00541000',
  Instance:
    '00080012 00080013 00080018 00200012 00200013 00200032 00200037 00200100 00204000 00280008 00541330',
};

// Orthanc 1.11 added the time zone and the performed-procedure dates.
const added: Readonly<Record<Level, string>> = {
  Patient: '',
  Study: '00080201',
  Series: '00080201 00400244 00400245 00400275',
  Instance: '',
};

export type MainTags = Readonly<Record<Level, readonly string[]>>;

/** Tags per level, sorted; `extra` is the configuration's ExtraMainDicomTags by level. */
export function mainTags(
  version: OrthancVersion,
  extra: Readonly<Record<Level, readonly string[]>>,
): MainTags {
  const ofLevel = (level: Level) => {
    const newer = version === '1.10.1' ? '' : added[level];
    const all = [...common[level].split(' '), ...newer.split(' '), ...extra[level]];
    return [...new Set(all.filter(Boolean))].sort();
  };
  return {
    Patient: ofLevel('Patient'),
    Study: ofLevel('Study'),
    Series: ofLevel('Series'),
    Instance: ofLevel('Instance'),
  };
}

/** The level whose index holds a tag, the highest one first. */
export function levelOfTag(tags: MainTags, tag: string): Level | undefined {
  return levels.find((level) => tags[level].includes(tag));
}

/** `0010,0010;0010,0020`: how Orthanc remembers which tags were indexed. */
export function signature(tags: readonly string[]): string {
  return tags.map(dottedTag).join(';');
}

/** `0010,0010`: how Orthanc writes a tag. */
export function dottedTag(tag: string): string {
  return `${tag.slice(0, 4)},${tag.slice(4)}`.toLowerCase();
}

const RETIRED = 'RETIRED_';
const indexed = new Set(
  [common, added].flatMap((byLevel) => Object.values(byLevel).join(' ').split(' ')),
);

/** DCMTK's name of a tag; private and unknown ones share a name, as in Orthanc. */
export function nameOfTag(tag: string): string {
  const name = attributeOf(tag)?.name;
  if (name === undefined) return unlistedName(tag);
  // Orthanc has names of its own for what it indexes.
  return indexed.has(tag) && name.startsWith(RETIRED) ? name.slice(RETIRED.length) : name;
}

function unlistedName(tag: string): string {
  if (!tag.endsWith('0000')) return 'Unknown Tag & Data';
  return isPrivate(tag) ? 'PrivateGroupLength' : 'GenericGroupLength';
}
