// Clients of the tests, as an administrator would have enabled them.
import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { type Form, redirectUri, type World } from './world.ts';

export const secret = 'correct horse battery staple';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const publicJwk: JsonWebKey = { ...publicKey.export({ format: 'jwk' }), kid: 'k1' };

export const appScope =
  'openid offline_access api:oemr api:fhir user/patient.read user/patient.write user/Patient.read user/Patient.write launch launch/patient patient/Patient.read patient/Observation.read';

export async function seedClients(world: World): Promise<void> {
  const app = { client_secret: secret, redirect_uris: [redirectUri], scope: appScope };
  const loopback = ['http://127.0.0.1:1/cb', 'http://localhost:1/cb'];
  await world.mock.seed?.({
    clients: [
      { client_id: 'app', ...app, post_logout_redirect_uris: ['https://client.example.org/bye'] },
      { client_id: 'other-app', ...app },
      { client_id: 'disabled-app', ...app, enabled: false },
      { client_id: 'two-uris', ...app, redirect_uris: [redirectUri, 'https://two.example.org/cb'] },
      { client_id: 'public-app', redirect_uris: [redirectUri, ...loopback], scope: appScope },
      {
        client_id: 'machine',
        client_secret: secret,
        scope: 'system/Patient.read system/Observation.read',
        jwks: { keys: [publicJwk] },
      },
      {
        client_id: 'disabled-machine',
        client_secret: secret,
        enabled: false,
        jwks: { keys: [publicJwk] },
      },
      { client_id: 'public-machine', jwks: { keys: [publicJwk] } },
      { client_id: 'no-keys', client_secret: secret, jwks: { nothing: [] } },
      { client_id: 'dead-jwks', client_secret: secret, jwks_uri: 'http://127.0.0.1:1/jwks' },
    ],
  });
}

export interface AssertionChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly isForged?: boolean;
}

let count = 0;

/** What a correct client sends for client_credentials, with what a row changes. */
export function assertion(world: World, client: string, changes: AssertionChanges = {}): string {
  const now = Math.floor(world.nowMs() / 1000);
  count += 1;
  const header = { alg: 'RS384', typ: 'JWT', kid: 'k1', ...changes.header };
  const claims = {
    iss: client,
    sub: client,
    aud: `${world.url}/oauth2/default/token`,
    exp: now + 60,
    iat: now,
    jti: `jti-${count}`,
    ...changes.claims,
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const digest = `sha${header.alg.slice(2)}`;
  const key = changes.isForged ? otherKey : privateKey;
  return `${signed}.${sign(digest, Buffer.from(signed), key).toString('base64url')}`;
}

export function machineForm(
  world: World,
  client = 'machine',
  changes: AssertionChanges = {},
): Form {
  return {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion(world, client, changes),
    scope: 'system/Patient.read',
  };
}

export const passwordForm: Form = {
  grant_type: 'password',
  client_id: 'app',
  scope: appScope.replace('launch launch/patient ', ''),
  user_role: 'users',
  username: 'admin',
  password: 'pass',
};

export const patientPasswordForm: Form = {
  ...passwordForm,
  user_role: 'patient',
  username: 'Minji1',
  email: 'minji@example.org',
};

export const privateKeyJwk = (): JsonWebKey =>
  createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' });
