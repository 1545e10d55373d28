import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import type { WorkbenchError } from '#core/errors.ts';
import { signClientAssertion } from '#core/oauth/client-assertion.ts';
import { generateSigningKey, publicJwks, readSigningKey } from '#core/oauth/signing-key.ts';

describe('signClientAssertion', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05.678Z');
  const audience = 'http://server.test/oauth2/default/token';
  let pem: string;
  before(async () => {
    pem = await generateSigningKey();
  });

  it('is what RFC 7523 and OpenEMR ask for, verified against the registered JWKS', async () => {
    const key = readSigningKey(pem);

    const jwt = await signClientAssertion({ clientId: 'abc', audience, key, nowMs, jti: 'j1' });

    const jwks = createLocalJWKSet({ keys: [...publicJwks(key).keys] } as never);
    const { payload, protectedHeader } = await jwtVerify(jwt, jwks, {
      issuer: 'abc',
      subject: 'abc',
      audience,
      algorithms: ['RS384'],
      currentDate: new Date(nowMs),
    });
    const iat = Math.floor(nowMs / 1000);
    assert.deepEqual(payload, {
      iss: 'abc',
      sub: 'abc',
      aud: audience,
      iat,
      exp: iat + 240,
      jti: 'j1',
    });
    assert.deepEqual(protectedHeader, { alg: 'RS384', typ: 'JWT', kid: key.kid });
  });
});

describe('readSigningKey', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  function refuses(source: string): void {
    assert.throws(
      () => readSigningKey(source),
      (error: WorkbenchError) => error.code === 'OAUTH_SETTINGS',
    );
  }

  it('reads PKCS#8, PKCS#1 and JWK as the same key', async () => {
    const sources = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      ` ${JSON.stringify(privateKey.export({ format: 'jwk' }))}`,
    ];

    const kids = sources.map((source) => readSigningKey(source).kid);

    const kid = await calculateJwkThumbprint(await exportJWK(privateKey), 'sha256');
    assert.deepEqual(kids, [kid, kid, kid]);
  });

  it('publishes no private part', () => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

    const [key] = publicJwks(readSigningKey(pem)).keys;

    assert.deepEqual(Object.keys(key ?? {}), ['kty', 'n', 'e', 'kid', 'alg', 'use']);
  });

  it('refuses what is no key, a public key, a key with a passphrase', () => {
    const locked = {
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    } as const;
    const { kty, n, e } = privateKey.export({ format: 'jwk' });

    for (const source of ['', 'secret', '{', '{}', '[]', JSON.stringify({ kty, n, e })]) {
      refuses(source);
    }
    refuses(
      createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
        .export(locked)
        .toString(),
    );
  });

  it('refuses a key that OpenEMR would not accept', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;

    for (const key of [short, curve])
      refuses(key.export({ type: 'pkcs8', format: 'pem' }).toString());
  });
});
