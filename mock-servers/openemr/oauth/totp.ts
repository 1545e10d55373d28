import { createHmac } from 'node:crypto';

const STEP_S = 30;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * One step of drift to both sides.
 *
 * @param secret - base32
 * @see https://www.rfc-editor.org/rfc/rfc6238
 */
export function isTotp(token: string, secret: string, nowMs: number): boolean {
  const step = Math.floor(nowMs / 1000 / STEP_S);
  return [-1, 0, 1].some((drift) => totp(secret, step + drift) === token);
}

/** RFC 4226 5.3: HMAC-SHA-1, dynamic truncation, six digits. */
export function totp(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const bits = [...text.toUpperCase().replace(/=+$/, '')]
    .map((character) => alphabet.indexOf(character).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
