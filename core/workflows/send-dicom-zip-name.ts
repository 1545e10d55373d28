// Names of a ZIP's members. Only flag 11 says UTF-8 (APPNOTE 4.4.4); without it each system writes its own:
// macOS UTF-8 all the same, Korean Windows CP949.
import { isUtf8 as isValidUtf8 } from 'node:buffer';
import { decodeCp949 } from '../cp949.ts';

const isUtf8 = 1 << 11;

export function memberName(bytes: Uint8Array, flags: number): string {
  if ((flags & isUtf8) !== 0) return Buffer.from(bytes).toString('utf8');
  return utf8Name(bytes) ?? koreanName(bytes) ?? Buffer.from(bytes).toString('latin1');
}

function utf8Name(bytes: Uint8Array): string | undefined {
  return isValidUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
}

/** Of text in another alphabet, some is CP949 by chance, but hardly with one of its everyday syllables. */
function koreanName(bytes: Uint8Array): string | undefined {
  return hasCommonSyllable(bytes) ? decodeCp949(bytes) : undefined;
}

/** Those of KS X 1001 lie in the rows B0 to C8. */
function hasCommonSyllable(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const [lead = 0, trail = 0] = bytes.subarray(at, at + 2);
    if (lead < 0x80) continue;
    if (lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1) return true;
    at += 1;
  }
  return false;
}
