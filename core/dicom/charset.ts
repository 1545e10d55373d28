// SpecificCharacterSet (PS3.3 C.12.1.1.2, PS3.5 6.1): from bytes to text. Own decoder, because
// dcmjs, dicom-parser and daikon leave ISO 2022 escapes in Korean and Japanese names.
import {
  asciiSet,
  type CodeSet,
  decoderOf,
  type Repertoire,
  repertoireOf,
  wholeEncoding,
} from './charset-tables.ts';

/** PS3.5 6.1.2.5.3: characters that bring the initial sets back. */
export type TextKind = 'single' | 'multi' | 'name';

export const ESC = 0x1b;
const REPLACEMENT = '\ufffd';
const lineEnds = '\t\n\f\r';
export const delimiters: Readonly<Record<TextKind, string>> = {
  single: lineEnds,
  multi: `${lineEnds}\\`,
  name: `${lineEnds}\\^=`,
};

export interface ActiveSets {
  readonly G0: CodeSet;
  readonly G1: CodeSet | undefined;
}

/**
 * Decodes a text value. Bytes without meaning in the declared sets become U+FFFD; nothing is guessed
 * except one thing: bytes above 7F without any escape are read in the only declared set that has them,
 * as Korean devices write them.
 *
 * @param terms - values of SpecificCharacterSet, none for the default repertoire
 */
export function decodeText(bytes: Uint8Array, terms: readonly string[], kind: TextKind): string {
  const whole = wholeEncoding(terms[0] ?? '');
  if (whole !== undefined) return decoderOf(whole).decode(bytes);
  if (isPlainAscii(bytes) && startsInAscii(terms)) return decoderOf('latin1').decode(bytes);
  return decodeExtended(bytes, terms, delimiters[kind]);
}

function decodeExtended(bytes: Uint8Array, terms: readonly string[], resets: string): string {
  const repertoires = (terms.length === 0 ? [''] : terms).map(repertoireOf);
  const initial = initialState(repertoires);
  const designated = new Map(
    repertoires.flatMap(({ sets }) => sets.map((set) => [set.escape, set] as const)),
  );
  let state = initial;
  let out = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const set = byte === ESC ? designatedAt(bytes, at + 1, designated) : undefined;
    if (set !== undefined) {
      state = { ...state, [set.half]: set };
      at += 1 + set.escape.length;
      continue;
    }
    const char = charAt(bytes, at, state, resets);
    out += char.text;
    at += char.width;
    if (char.resets) state = initial;
  }
  return out;
}

function charAt(
  bytes: Uint8Array,
  at: number,
  state: ActiveSets,
  resets: string,
): { text: string; width: number; resets: boolean } {
  const byte = bytes[at] ?? 0;
  const set = byte < 0x80 ? state.G0 : state.G1;
  const ascii = String.fromCharCode(byte);
  // Control characters and the space mean the same in every set (PS3.5 6.1.2.1, 6.1.3)
  const isCommon = byte <= 0x20 || (byte < 0x80 && set?.width === 1 && resets.includes(ascii));
  if (isCommon) return { text: ascii, width: 1, resets: resets.includes(ascii) };
  if (set === undefined) return { text: REPLACEMENT, width: 1, resets: false };
  if (set.width === 2 && at + 1 >= bytes.length)
    return { text: REPLACEMENT, width: 1, resets: false };
  const text = set.decode(byte, bytes[at + 1] ?? 0);
  if (text === undefined) return { text: REPLACEMENT, width: 1, resets: false };
  return { text, width: set.width, resets: false };
}

function designatedAt(
  bytes: Uint8Array,
  at: number,
  designated: ReadonlyMap<string, CodeSet>,
): CodeSet | undefined {
  for (const [designator, set] of designated) {
    if ([...designator].every((char, index) => bytes[at + index] === char.charCodeAt(0)))
      return set;
  }
  return undefined;
}

function initialState(repertoires: readonly Repertoire[]): ActiveSets {
  const first = repertoires[0]?.initial ?? { G0: asciiSet };
  const others = repertoires.flatMap(({ initial }) => initial.G1 ?? []);
  return { G0: first.G0, G1: first.G1 ?? (others.length === 1 ? others[0] : undefined) };
}

function startsInAscii(terms: readonly string[]): boolean {
  return repertoireOf(terms[0] ?? '').initial.G0 === asciiSet;
}

function isPlainAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80 && byte !== ESC);
}
