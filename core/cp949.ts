// Text of Korean Windows: KS X 1001, and around it the 8,822 syllables that it leaves out, in the order of
// Unicode. Node's decoder `euc-kr` knows the first part only (ICU), unlike the WHATWG encoding of that name.

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const SYLLABLE_ROWS = { first: 0xb0, last: 0xc8 } as const;

let added: ReadonlyMap<number, string> | undefined;

/** @returns undefined when the bytes are not this encoding */
export function decodeCp949(bytes: Uint8Array): string | undefined {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const [lead = 0, trail = 0] = bytes.subarray(at, at + 2);
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    const character = lead >= 0xa1 && trail >= 0xa1 ? standard(lead, trail) : addition(lead, trail);
    if (character === undefined) return undefined;
    text += character;
    at += 1;
  }
  return text;
}

function standard(lead: number, trail: number): string | undefined {
  const character = new TextDecoder('euc-kr').decode(Uint8Array.of(lead, trail));
  return character.length === 1 && character !== '\ufffd' ? character : undefined;
}

function addition(lead: number, trail: number): string | undefined {
  added ??= additions();
  return added.get(lead * 256 + trail);
}

function additions(): ReadonlyMap<number, string> {
  const known = new Set<string>();
  for (let lead = SYLLABLE_ROWS.first; lead <= SYLLABLE_ROWS.last; lead += 1) {
    for (let trail = 0xa1; trail <= 0xfe; trail += 1) known.add(standard(lead, trail) ?? '');
  }
  const places = freePlaces();
  const table = new Map<number, string>();
  for (let code = FIRST_SYLLABLE; code <= LAST_SYLLABLE; code += 1) {
    const syllable = String.fromCharCode(code);
    if (!known.has(syllable)) table.set(places.next().value ?? 0, syllable);
  }
  return table;
}

/** Codes outside of KS X 1001: whole rows up to A0, behind that the part of a row before A1. */
function* freePlaces(): Generator<number, undefined> {
  for (let lead = 0x81; lead <= 0xc6; lead += 1) {
    for (let trail = 0x41; trail <= (lead <= 0xa0 ? 0xfe : 0xa0); trail += 1) {
      const isLetter = trail <= 0x5a || (trail >= 0x61 && trail <= 0x7a) || trail >= 0x81;
      if (isLetter) yield lead * 256 + trail;
    }
  }
  return undefined;
}
