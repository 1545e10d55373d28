// Person names (PS3.5 6.2.1.2): up to three representations, each of up to five components.

export interface NameParts {
  readonly family: string;
  readonly given: string;
  readonly middle: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface PersonName {
  /** Latin script as a rule; the whole name when only one representation is written. */
  readonly alphabetic: NameParts;
  /** Chinese characters: 洪^吉洞. */
  readonly ideographic: NameParts;
  /** Hangul, hiragana, katakana: 홍^길동. */
  readonly phonetic: NameParts;
}

/** Splits one decoded value; absent parts are empty strings, blanks around parts are padding. */
export function parsePersonName(value: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=');
  return {
    alphabetic: parseParts(alphabetic),
    ideographic: parseParts(ideographic),
    phonetic: parseParts(phonetic),
  };
}

/** One representation back in DICOM's form, without trailing delimiters; empty when it has no part. */
export function formatParts({ family, given, middle, prefix, suffix }: NameParts): string {
  return [family, given, middle, prefix, suffix].join('^').replace(/\^+$/, '');
}

/** A name for people to read: `홍 길동` for Hangul and Han, `Gildong Hong` otherwise. */
export function displayName(parts: NameParts): string {
  const isFamilyFirst = /[\p{sc=Hangul}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(
    parts.family + parts.given,
  );
  const { family, given, middle, prefix, suffix } = parts;
  const words = isFamilyFirst ? [family, given, middle] : [prefix, given, middle, family, suffix];
  return words.filter((word) => word !== '').join(' ');
}

function parseParts(representation: string): NameParts {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = representation
    .split('^')
    .map((part) => part.trim());
  return { family, given, middle, prefix, suffix };
}
