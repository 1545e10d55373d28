// SpecificCharacterSet from text to bytes: for queries, created files and changed values.
import { type ActiveSets, delimiters, ESC, type TextKind } from './charset.ts';
import {
  asciiSet,
  type CodeSet,
  decodeBytes,
  repertoireOf,
  wholeEncoding,
} from './charset-tables.ts';

const codes = new WeakMap<CodeSet, ReadonlyMap<string, readonly number[]>>();
const wholeCodes = new Map<string, ReadonlyMap<string, readonly number[]>>();

/**
 * Encodes text for a data set with these terms, with escapes where the first term lacks the character.
 *
 * @returns undefined when a character is in none of the declared sets
 */
export function encodeText(
  value: string,
  terms: readonly string[],
  kind: TextKind,
): Uint8Array | undefined {
  const whole = wholeEncoding(terms[0] ?? '');
  if (whole === 'utf-8') return new TextEncoder().encode(value);
  if (whole !== undefined) return encodeWhole(value, whole);
  return encodeExtended(value, terms, delimiters[kind]);
}

function encodeExtended(
  value: string,
  terms: readonly string[],
  resets: string,
): Uint8Array | undefined {
  const repertoires = (terms.length === 0 ? [''] : terms).map(repertoireOf);
  const first = repertoires[0]?.initial ?? { G0: asciiSet };
  const initial: ActiveSets = { G0: first.G0, G1: first.G1?.width === 2 ? undefined : first.G1 };
  const declared = repertoires.flatMap(({ sets }) => sets);
  const out: number[] = [];
  let active = initial;
  const designate = (set: CodeSet) => {
    if (active[set.half] === set) return;
    out.push(ESC, ...[...set.escape].map((char) => char.charCodeAt(0)));
    active = { ...active, [set.half]: set };
  };

  for (const char of value) {
    const isReset = resets.includes(char);
    const found = isReset || char <= ' ' ? common(char, initial) : findCode(char, active, declared);
    if (found === undefined) return undefined;
    designate(found.set);
    out.push(...found.bytes);
    if (isReset) active = initial;
  }
  designate(initial.G0);
  return Uint8Array.from(out);
}

interface Code {
  readonly set: CodeSet;
  readonly bytes: readonly number[];
}

/** Blanks, controls and delimiters are written in the initial G0 (PS3.5 6.1.2.5.3). */
function common(char: string, { G0 }: ActiveSets): Code {
  return { set: G0, bytes: [char.charCodeAt(0)] };
}

function findCode(
  char: string,
  active: ActiveSets,
  declared: readonly CodeSet[],
): Code | undefined {
  const current = active.G1 === undefined ? [active.G0] : [active.G0, active.G1];
  for (const set of [...current, ...declared]) {
    const bytes = codesOf(set).get(char);
    if (bytes !== undefined) return { set, bytes };
  }
  return undefined;
}

function codesOf(set: CodeSet): ReadonlyMap<string, readonly number[]> {
  let table = codes.get(set);
  if (table === undefined) {
    table = set.width === 1 ? singleCodes(set) : pairCodes(set);
    codes.set(set, table);
  }
  return table;
}

function singleCodes(set: CodeSet): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const [from, to] = set.half === 'G0' ? [0x21, 0x7e] : [0xa0, 0xff];
  for (let byte = from; byte <= to; byte += 1) {
    const char = set.decode(byte, 0);
    if (char !== undefined && !table.has(char)) table.set(char, [byte]);
  }
  return table;
}

function pairCodes(set: CodeSet): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const high = set.half === 'G0' ? 0 : 0x80;
  for (let first = 0x21; first <= 0x7e; first += 1) {
    for (let second = 0x21; second <= 0x7e; second += 1) {
      const char = set.decode(first | high, second | high);
      if (char !== undefined && !table.has(char)) table.set(char, [first | high, second | high]);
    }
  }
  return table;
}

function encodeWhole(value: string, label: string): Uint8Array | undefined {
  const out: number[] = [];
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0;
    const bytes =
      code < 0x80
        ? [code]
        : (doubleByteCodes(label).get(char) ??
          (label === 'gb18030' ? fourByteCode(char, code) : undefined));
    if (bytes === undefined) return undefined;
    out.push(...bytes);
  }
  return Uint8Array.from(out);
}

function doubleByteCodes(label: string): ReadonlyMap<string, readonly number[]> {
  const known = wholeCodes.get(label);
  if (known !== undefined) return known;
  const table = new Map<string, readonly number[]>();
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x40; second <= 0xfe; second += 1) {
      const char = decodeBytes(label, [first, second]);
      if (char !== undefined && [...char].length === 1 && !table.has(char)) {
        table.set(char, [first, second]);
      }
    }
  }
  wholeCodes.set(label, table);
  return table;
}

/** GB 18030's four-byte part runs through the characters the two-byte part left out, in order. */
function fourByteCode(char: string, code: number): readonly number[] | undefined {
  if (code >= 0x10000) return fourBytes(code - 0x10000 + 189_000);
  let low = 0;
  let high = 39_419;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = decodeBytes('gb18030', fourBytes(middle))?.codePointAt(0) ?? 0xffff;
    if (found === code) return fourBytes(middle);
    if (found < code) low = middle + 1;
    else high = middle - 1;
  }
  return decodeBytes('gb18030', fourBytes(low)) === char ? fourBytes(low) : undefined;
}

function fourBytes(index: number): readonly number[] {
  return [
    0x81 + Math.floor(index / 12_600),
    0x30 + (Math.floor(index / 1_260) % 10),
    0x81 + (Math.floor(index / 10) % 126),
    0x30 + (index % 10),
  ];
}
