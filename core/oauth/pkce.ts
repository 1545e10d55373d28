import { createHash } from 'node:crypto';

export interface PkcePair {
  readonly verifier: string;
  readonly challenge: string;
  readonly method: 'S256';
}

/**
 * @param randomBytes - 32 bytes give the 43 characters that RFC 7636 §4.1 recommends
 */
export function createPkcePair(randomBytes: (size: number) => Uint8Array): PkcePair {
  const verifier = Buffer.from(randomBytes(32)).toString('base64url');
  return { verifier, challenge: challengeOf(verifier), method: 'S256' };
}

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}
