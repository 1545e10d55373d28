// JWS compact serialization (RFC 7515) with RSASSA-PKCS1-v1_5, as lcobucci/jwt 4.2 writes and reads it.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { isRecord, parseJson } from '#core/guards.ts';
import { devSigningKey } from './dev-signing-key.ts';

export type Claims = Readonly<Record<string, unknown>>;

export interface ParsedJwt {
  readonly header: Claims;
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Buffer;
}

const privateKey = createPrivateKey({ key: { ...devSigningKey }, format: 'jwk' });
const publicKey = createPublicKey(privateKey);

/** No `kid` and no `alg` up to 8.0.0: OpenEMR oauth2/provider/jwk.php. */
export const jwks = {
  keys: [{ kty: 'RSA', n: devSigningKey.n, e: devSigningKey.e, use: 'sig' }],
} as const;

const rs256Header = base64url('{"typ":"JWT","alg":"RS256"}');

/** On libuv's threads: a signature is most of what a token costs, and other requests need not wait. */
export async function signRs256(claims: Claims): Promise<string> {
  const signed = `${rs256Header}.${base64url(JSON.stringify(claims))}`;
  const signature = await signInBackground('sha256', Buffer.from(signed), privateKey);
  return `${signed}.${signature.toString('base64url')}`;
}

const signInBackground = promisify(sign) as (
  digest: string,
  data: Buffer,
  key: KeyObject,
) => Promise<Buffer>;

export function isOwnSignature(jwt: ParsedJwt): boolean {
  return jwt.header['alg'] === 'RS256' && hasSignature(jwt, 'sha256', publicKey);
}

export function hasSignature(jwt: ParsedJwt, digest: string, key: KeyObject): boolean {
  return verify(digest, Buffer.from(jwt.signed), key, jwt.signature);
}

/** lcobucci's own words: they reach the client as `hint`. */
export class JwtParseError extends Error {}

/** @throws JwtParseError */
export function parseJwt(token: string): ParsedJwt {
  const parts = token.split('.');
  if (parts.length !== 3) throw new JwtParseError('The JWT string must have two dots');
  const [header = '', claims = '', signature = ''] = parts;
  return {
    header: parsePart(header, 'headers'),
    claims: parsePart(claims, 'claims'),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function parsePart(part: string, name: string): Claims {
  if (!/^[\w-]*$/.test(part))
    throw new JwtParseError(
      'Error while decoding from Base64Url, invalid base64 characters detected',
    );
  try {
    const value = parseJson(Buffer.from(part, 'base64url').toString());
    if (isRecord(value)) return value;
  } catch {
    // SyntaxError only; answered below in lcobucci's words.
    throw new JwtParseError('Error while decoding from JSON');
  }
  throw new JwtParseError(`${name} must be an array`);
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
