// The character sets of PS3.3 C.12.1.1.2: their terms, escape sequences and tables. The tables come
// from the runtime's own decoders (WHATWG Encoding, part of full ICU) and are built on first use.
import { TextDecoder } from 'node:util';

/** One graphic set of ISO 2022; `half` is the part of the code table it lives in, `width` bytes a character. */
export interface CodeSet {
  readonly half: 'G0' | 'G1';
  readonly width: 1 | 2;
  /** Bytes after ESC that designate it. */
  readonly escape: string;
  /** Decodes the bytes of one character; undefined when the code is not assigned. */
  readonly decode: (first: number, second: number) => string | undefined;
}

export interface Repertoire {
  /** Sets in force at the start of a value, and again after each delimiter, when this is the first term. */
  readonly initial: { readonly G0: CodeSet; readonly G1?: CodeSet };
  /** Sets that an escape may designate when this term is declared. */
  readonly sets: readonly CodeSet[];
}

const decoders = new Map<string, TextDecoder>();

export const asciiSet: CodeSet = {
  half: 'G0',
  width: 1,
  escape: '(B',
  decode: (byte) => String.fromCharCode(byte),
};

const romajiSet: CodeSet = {
  half: 'G0',
  width: 1,
  escape: '(J',
  decode: (byte) => (byte === 0x5c ? '¥' : byte === 0x7e ? '‾' : String.fromCharCode(byte)),
};

const katakanaSet: CodeSet = {
  half: 'G1',
  width: 1,
  escape: ')I',
  decode: (byte) =>
    byte >= 0xa1 && byte <= 0xdf ? String.fromCharCode(0xff61 + byte - 0xa1) : undefined,
};

const kanjiSet = pair('G0', '$B', (first, second) =>
  decodeBytes('euc-jp', [first | 0x80, second | 0x80]),
);
const oldKanjiSet: CodeSet = { ...kanjiSet, escape: '$@' };
const supplementaryKanjiSet = pair('G0', '$(D', (first, second) =>
  decodeBytes('euc-jp', [0x8f, first | 0x80, second | 0x80]),
);
const hangulSet = pair('G1', '$)C', (first, second) =>
  decodeBytes('euc-kr', [first | 0x80, second | 0x80]),
);
const simplifiedSet = pair('G1', '$)A', (first, second) =>
  decodeBytes('gbk', [first | 0x80, second | 0x80]),
);

const latin = (designator: string, label: string): Repertoire => {
  const upper = single(designator, label);
  return { initial: { G0: asciiSet, G1: upper }, sets: [asciiSet, upper] };
};

const ascii: Repertoire = { initial: { G0: asciiSet }, sets: [asciiSet] };

/** Keyed by the number in `ISO_IR nnn` and `ISO 2022 IR nnn`. */
const repertoires: Readonly<Record<string, Repertoire>> = {
  '6': ascii,
  '13': { initial: { G0: romajiSet, G1: katakanaSet }, sets: [romajiSet, katakanaSet, asciiSet] },
  '58': { initial: { G0: asciiSet, G1: simplifiedSet }, sets: [asciiSet, simplifiedSet] },
  '87': { initial: { G0: asciiSet }, sets: [asciiSet, kanjiSet, oldKanjiSet] },
  '100': latin('-A', 'iso-8859-1'),
  '101': latin('-B', 'iso-8859-2'),
  '109': latin('-C', 'iso-8859-3'),
  '110': latin('-D', 'iso-8859-4'),
  '126': latin('-F', 'iso-8859-7'),
  '127': latin('-G', 'iso-8859-6'),
  '138': latin('-H', 'iso-8859-8'),
  '144': latin('-L', 'iso-8859-5'),
  '148': latin('-M', 'iso-8859-9'),
  '149': { initial: { G0: asciiSet, G1: hangulSet }, sets: [asciiSet, hangulSet] },
  '159': { initial: { G0: asciiSet }, sets: [asciiSet, supplementaryKanjiSet] },
  '166': latin('-T', 'windows-874'),
  '203': latin('-b', 'iso-8859-15'),
};

const wholeEncodings: Readonly<Record<string, string>> = {
  'ISO_IR 192': 'utf-8',
  'ISO 2022 IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** The repertoire of a term; the default one (ASCII) for an empty or unknown term. */
export function repertoireOf(term: string): Repertoire {
  const number = /^ISO(?:_IR| 2022 IR) (\d+)$/.exec(term)?.[1];
  return (number === undefined ? undefined : repertoires[number]) ?? ascii;
}

/** The WHATWG name when the term stands for a complete encoding without code extensions. */
export function wholeEncoding(term: string): string | undefined {
  return wholeEncodings[term];
}

export function decodeBytes(
  label: string,
  bytes: readonly number[] | Uint8Array,
): string | undefined {
  const decoded = decoderOf(label).decode(Uint8Array.from(bytes));
  return decoded.includes('\ufffd') ? undefined : decoded;
}

export function decoderOf(label: string): TextDecoder {
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    decoder = new TextDecoder(label, { ignoreBOM: true });
    decoders.set(label, decoder);
  }
  return decoder;
}

function single(designator: string, label: string): CodeSet {
  let table: readonly (string | undefined)[] | undefined;
  return {
    half: 'G1',
    width: 1,
    escape: designator,
    decode: (byte) => {
      table ??= upperHalf(label);
      return table[byte - 0x80];
    },
  };
}

/** ISO 8859 has control codes at 80-9F where the WHATWG tables may have Windows characters. */
function upperHalf(label: string): readonly (string | undefined)[] {
  return Array.from({ length: 128 }, (_, index) => {
    const byte = index + 0x80;
    if (byte < 0xa0 || label === 'iso-8859-1') return String.fromCharCode(byte);
    return decodeBytes(label, [byte]);
  });
}

function pair(half: 'G0' | 'G1', designator: string, decode: CodeSet['decode']): CodeSet {
  const cache = new Map<number, string | undefined>();
  return {
    half,
    width: 2,
    escape: designator,
    decode: (first, second) => {
      const key = (first & 0x7f) * 256 + (second & 0x7f);
      if (cache.has(key)) return cache.get(key);
      const decoded = decode(first, second);
      cache.set(key, decoded);
      return decoded;
    },
  };
}
