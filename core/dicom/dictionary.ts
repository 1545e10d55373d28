// Names and value representations of attributes, as DCMTK (and so Orthanc) spells them; retired ones
// are called `RETIRED_…` there. Parsed on first use: an activation does not pay for it.
import { attributeLines, repeatingLines } from './generated/dictionary.ts';

export interface Attribute {
  /** Eight upper-case hexadecimal digits; the first of the range for a repeating group. */
  readonly tag: string;
  /** A VR of PS3.5, or DCMTK's `xs` (US or SS), `ox`/`px` (OB or OW), `lt` (US, SS or OW), `up`, `na`. */
  readonly vr: string;
  /** Value multiplicity, such as `1`, `1-n`, `2-2n`. */
  readonly vm: string;
  readonly name: string;
}

interface Dictionary {
  readonly byTag: ReadonlyMap<string, Attribute>;
  readonly byName: ReadonlyMap<string, Attribute>;
  readonly repeating: readonly (Attribute & { readonly last: string })[];
}

const RETIRED = 'RETIRED_';
const knownVrs = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  ),
);
let loaded: Dictionary | undefined;

export function isVr(vr: string): boolean {
  return knownVrs.has(vr);
}

/** The attribute of a tag, also within repeating groups; undefined for private and unknown tags. */
export function attributeOf(tag: string): Attribute | undefined {
  const { byTag, repeating } = dictionary();
  return byTag.get(tag) ?? repeating.find((range) => isWithin(tag, range));
}

/** Looks an attribute up by name, with or without `RETIRED_`; names are case-sensitive. */
export function attributeByName(name: string): Attribute | undefined {
  const { byName } = dictionary();
  return byName.get(name) ?? byName.get(RETIRED + name);
}

/**
 * Brings `PatientName`, `0010,0010`, `0010-0010`, `(0010,0010)` or `00100010` to eight upper-case
 * hexadecimal digits; undefined when it is none of them.
 */
export function parseTag(text: string): string | undefined {
  const match = /^\(?([0-9a-f]{4})[,-]?([0-9a-f]{4})\)?$/i.exec(text);
  if (match !== null) return `${match[1]}${match[2]}`.toUpperCase();
  return attributeByName(text)?.tag;
}

/** The VR an implicit-VR element has; `UN` when the dictionary does not know it. */
export function implicitVr(tag: string, isSigned: boolean): string {
  const vr = attributeOf(tag)?.vr;
  if (vr === undefined) return fallbackVr(tag);
  switch (vr) {
    case 'xs':
      return isSigned ? 'SS' : 'US';
    case 'ox': // PS3.5 A.1: implicit VR means OW
    case 'px':
    case 'lt':
      return 'OW';
    case 'up':
      return 'UL';
    default:
      return isVr(vr) ? vr : 'UN';
  }
}

export function isPrivate(tag: string): boolean {
  return (Number.parseInt(tag.slice(3, 4), 16) & 1) === 1;
}

/** True for (gggg,0010-00FF) of an odd group, which names the owner of a block of private tags. */
export function isPrivateCreator(tag: string): boolean {
  return isPrivate(tag) && tag >= `${tag.slice(0, 4)}0010` && tag <= `${tag.slice(0, 4)}00FF`;
}

function fallbackVr(tag: string): string {
  if (tag.endsWith('0000')) return 'UL';
  return isPrivateCreator(tag) ? 'LO' : 'UN';
}

function isWithin(tag: string, range: Attribute & { readonly last: string }): boolean {
  const group = tag.slice(0, 4);
  const element = tag.slice(4);
  return (
    group >= range.tag.slice(0, 4) &&
    group <= range.last.slice(0, 4) &&
    element >= range.tag.slice(4) &&
    element <= range.last.slice(4) &&
    !isPrivate(tag)
  );
}

function dictionary(): Dictionary {
  loaded ??= load();
  return loaded;
}

function load(): Dictionary {
  const byTag = new Map<string, Attribute>();
  const byName = new Map<string, Attribute>();
  const add = (attribute: Attribute) => {
    byTag.set(attribute.tag, attribute);
    if (!byName.has(attribute.name)) byName.set(attribute.name, attribute);
  };
  for (const line of attributeLines.trim().split('\n')) {
    const [tag = '', vr = '', vm = '', name = ''] = line.split(' ');
    add({ tag, vr, vm, name });
  }
  const repeating = repeatingLines
    .trim()
    .split('\n')
    .map((line) => {
      const [tag = '', last = '', vr = '', vm = '', name = ''] = line.split(' ');
      const range = { tag, last, vr, vm, name };
      if (!byName.has(name)) byName.set(name, range);
      return range;
    });
  return { byTag, byName, repeating };
}
