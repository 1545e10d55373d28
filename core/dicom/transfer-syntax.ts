// Transfer syntaxes of PS3.5 section 10 and annex A, and how their data sets are written.
import type { Encoding } from './dataset.ts';

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
const JPIP_DEFLATE = '1.2.840.10008.1.2.4.95';

/** Every encapsulated syntax is explicit VR little endian (PS3.5 A.4), and so is one we do not know. */
export function encodingOf(transferSyntax: string): Encoding {
  return {
    littleEndian: transferSyntax !== EXPLICIT_BIG_ENDIAN,
    explicitVr: transferSyntax !== IMPLICIT_LITTLE_ENDIAN,
  };
}

export function isDeflated(transferSyntax: string): boolean {
  return transferSyntax === DEFLATED_LITTLE_ENDIAN || transferSyntax === JPIP_DEFLATE;
}

/** True when pixel data are in fragments rather than plain samples. */
export function isEncapsulated(transferSyntax: string): boolean {
  return ![
    IMPLICIT_LITTLE_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
  ].includes(transferSyntax);
}
