import { SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** SMART allows at most five minutes; one minute less leaves room for a clock that runs ahead. */
const lifetimeS = 240;

export interface AssertionInput {
  readonly clientId: string;
  /** The token endpoint, exactly as the server writes it. */
  readonly audience: string;
  readonly key: SigningKey;
  readonly nowMs: number;
  /** Never used before: OpenEMR keeps a history of them. */
  readonly jti: string;
}

/**
 * Signs the assertion that stands for a client secret. RS384: OpenEMR accepts no other algorithm.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export function signClientAssertion(input: AssertionInput): Promise<string> {
  const { clientId, audience, key, nowMs, jti } = input;
  const nowS = Math.floor(nowMs / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS384', typ: 'JWT', kid: key.kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + lifetimeS)
    .setJti(jti)
    .sign(key.privateKey);
}
