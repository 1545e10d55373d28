// The key pair of a client that signs instead of sending a secret.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { WorkbenchError } from '../errors.ts';
import { isRecord, parseJson } from '../guards.ts';
import { text } from '../text.ts';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly kid: string;
}

export interface PublicJwks {
  readonly keys: readonly Readonly<Record<string, string>>[];
}

/**
 * Reads an RSA private key in PEM (PKCS#8 or PKCS#1) or as a JWK.
 *
 * @throws WorkbenchError `OAUTH_SETTINGS`
 */
export function readSigningKey(source: string): SigningKey {
  const privateKey = source.trimStart().startsWith('{') ? fromJwk(source) : fromPem(source);
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  // RFC 7518 §3.3: 2048 bits or larger
  if (privateKey.asymmetricKeyType !== 'rsa' || bits < 2048) throw notRsa();
  return { privateKey, kid: thumbprint(privateKey) };
}

/** @returns PEM for the secret store */
export async function generateSigningKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** What a client registers as `jwks`. */
export function publicJwks({ privateKey, kid }: SigningKey): PublicJwks {
  const { n = '', e = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { keys: [{ kty: 'RSA', n, e, kid, alg: 'RS384', use: 'sig' }] };
}

function fromPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw unreadableKey(cause);
  }
}

function fromJwk(json: string): KeyObject {
  try {
    const key = parseJson(json);
    if (!isRecord(key)) throw new TypeError('not an object');
    return createPrivateKey({ key, format: 'jwk' });
  } catch (cause) {
    throw unreadableKey(cause);
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc7638 */
function thumbprint(privateKey: KeyObject): string {
  const { e, n } = createPublicKey(privateKey).export({ format: 'jwk' });
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
}

function unreadableKey(cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text(
      'The private key could not be read. Enter an RSA private key without a passphrase, as PEM ("BEGIN PRIVATE KEY") or as a JWK with its private part.',
    ),
    { cause },
  );
}

function notRsa(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text(
      'The private key does not fit: OpenEMR accepts RS384 only, so an RSA key of at least 2048 bits is needed. Generate a new key.',
    ),
  );
}
