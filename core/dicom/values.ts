// Reads values out of elements: text in its character set, numbers in their byte order.
import { decodeText, type TextKind } from './charset.ts';
import type { Dataset, Element } from './dataset.ts';
import { type PersonName, parsePersonName } from './person-name.ts';

const kinds: Readonly<Record<string, TextKind>> = {
  SH: 'multi',
  LO: 'multi',
  UC: 'multi',
  PN: 'name',
  ST: 'single',
  LT: 'single',
  UT: 'single',
};
const asciiVrs = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR']);
const defaultRepertoire: readonly string[] = [];

type NumberReader = (view: DataView, at: number, little: boolean) => number | bigint;
const readers: Readonly<Record<string, readonly [size: number, read: NumberReader]>> = {
  US: [2, (view, at, little) => view.getUint16(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
  SV: [8, (view, at, little) => view.getBigInt64(at, little)],
  UV: [8, (view, at, little) => view.getBigUint64(at, little)],
};

/** True for VRs whose values are text, also in the default repertoire only. */
export function isTextVr(vr: string): boolean {
  return vr in kinds || asciiVrs.has(vr);
}

/** How the text of a VR is decoded; undefined when it is in the default repertoire or no text at all. */
export function kindOf(vr: string): TextKind | undefined {
  return kinds[vr];
}

export function isNumberVr(vr: string): boolean {
  return vr in readers;
}

/** The whole value as text, several values still joined by `\`, without the padding at its end. */
export function decodeElement(element: Element, charset: readonly string[]): string {
  const kind = kinds[element.vr];
  const terms = kind === undefined ? defaultRepertoire : charset;
  return decodeText(element.raw, terms, kind ?? 'multi').replace(/[\0 ]+$/, '');
}

/** Each value as text without padding; a text VR that may hold a `\` (ST, LT, UT) is one value. */
export function elementStrings(element: Element, charset: readonly string[]): readonly string[] {
  const whole = decodeElement(element, charset);
  if (whole === '') return [];
  if (kinds[element.vr] === 'single' || element.vr === 'UR') return [whole];
  return whole.split('\\').map((value) => value.replace(/[\0 ]+$/, ''));
}

/** Numbers of a binary VR; a torn value at the end is left out. 64-bit values are bigint. */
export function elementNumbers(element: Element): readonly (number | bigint)[] {
  const reader = readers[element.vr];
  if (reader === undefined) return [];
  const [size, read] = reader;
  const { raw, littleEndian } = element;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.byteLength / size) }, (_, index) =>
    read(view, index * size, littleEndian),
  );
}

/** Tags of an AT value as eight upper-case hexadecimal digits. */
export function elementTags({ raw, littleEndian }: Element): readonly string[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.byteLength / 4) }, (_, index) => {
    const group = view.getUint16(index * 4, littleEndian);
    const element = view.getUint16(index * 4 + 2, littleEndian);
    return (group * 0x10000 + element).toString(16).toUpperCase().padStart(8, '0');
  });
}

/** All values as text: also of number VRs. Empty when the element is absent or has no value. */
export function strings(dataset: Dataset, tagOrName: string): readonly string[] {
  const element = dataset.get(tagOrName);
  if (element === undefined || element.items !== undefined) return [];
  if (isTextVr(element.vr)) return elementStrings(element, dataset.charset);
  return elementNumbers(element).map(String);
}

/** First value as text, without blanks at either end; undefined when absent or empty. */
export function text(dataset: Dataset, tagOrName: string): string | undefined {
  const value = strings(dataset, tagOrName)[0]?.trim();
  return value === '' ? undefined : value;
}

/** First value as a UID: characters outside of `0-9.` (padding) are cut from its ends. */
export function uid(dataset: Dataset, tagOrName: string): string | undefined {
  const value = text(dataset, tagOrName)?.replace(/^[^0-9.]+|[^0-9.]+$/g, '');
  return value === '' ? undefined : value;
}

/** Numbers of IS, DS and binary VRs; what is not a number is left out. */
export function numbers(dataset: Dataset, tagOrName: string): readonly number[] {
  return strings(dataset, tagOrName)
    .filter((value) => value.trim() !== '')
    .map(Number)
    .filter((value) => !Number.isNaN(value));
}

export function personName(dataset: Dataset, tagOrName: string): PersonName | undefined {
  const value = text(dataset, tagOrName);
  return value === undefined ? undefined : parsePersonName(value);
}
