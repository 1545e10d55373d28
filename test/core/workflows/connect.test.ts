import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { generateSigningKey } from '#core/oauth/signing-key.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import {
  type ConnectionSecrets,
  type ConnectionSettings,
  connect,
} from '#core/workflows/connect.ts';
import { fakeClock } from '#test/support/fake-clock.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';

const clock = fakeClock();
const settings: ConnectionSettings = {
  baseUrl: 'http://server.test',
  site: 'default',
  clientId: 'id',
  clientAuth: 'secretPost',
  grant: 'client_credentials',
  scopes: ['system/Patient.read'],
};
const granted = { body: { access_token: 'at', token_type: 'Bearer', expires_in: 300 } };
const patient = { body: { resourceType: 'Patient', id: 'p1' } };

function open(
  changes: Partial<ConnectionSettings>,
  secrets: ConnectionSecrets,
  ...answers: FakeAnswer[]
) {
  const http = fakeHttp(...answers);
  const tokens = createTokenCache({ clock });
  const ports = { http, clock, newId: () => 'jti', tokens, secrets: async () => secrets };
  return { http, tokens, connection: connect({ ...settings, ...changes }, ports) };
}

describe('connect', () => {
  it('sends nothing until a client is used, then asks for a token once', async () => {
    const { http, connection } = open({}, { clientSecret: 's' }, granted, patient, patient);
    assert.equal(http.requests.length, 0);

    await connection.fhir.read('Patient', 'p1');
    await connection.fhir.read('Patient', 'p1');

    assert.deepEqual(
      http.requests.map(({ method, url }) => `${method} ${url}`),
      [
        'POST http://server.test/oauth2/default/token',
        'GET http://server.test/apis/default/fhir/Patient/p1',
        'GET http://server.test/apis/default/fhir/Patient/p1',
      ],
    );
    assert.equal(http.requests[2]?.headers?.['authorization'], 'Bearer at');
  });

  it('signs for the token endpoint that the server names', async () => {
    const token_endpoint = 'https://emr.test/oauth2/default/token';
    const { http, connection } = open(
      { clientAuth: 'signedJwt' },
      { privateKey: await generateSigningKey() },
      { body: { token_endpoint } },
      granted,
    );

    await connection.tokens.token();

    assert.equal(http.requests[1]?.url, 'http://server.test/oauth2/default/token');
    assert.equal(decodeJwt(http.form(1)['client_assertion'] ?? '').aud, token_endpoint);
  });

  it('asks with user name and password', async () => {
    const { http, connection } = open(
      { grant: 'password', clientAuth: 'public', username: 'admin' },
      { password: 'pass' },
      granted,
    );

    await connection.tokens.token();

    const { username, password, user_role, email } = http.form(0);
    assert.deepEqual([username, password, user_role, email], ['admin', 'pass', 'users', undefined]);
  });

  it('asks for a patient of the portal with the e-mail address', async () => {
    const patient = { username: 'hong', userRole: 'patient', email: 'a@b.test' } as const;
    const { http, connection } = open(
      { ...patient, grant: 'password', clientAuth: 'public' },
      { password: 'pass' },
      granted,
    );

    await connection.tokens.token();

    const { user_role, email } = http.form(0);
    assert.deepEqual([user_role, email], ['patient', 'a@b.test']);
  });

  it('starts from a stored refresh token and goes on with the rotated one', async () => {
    const rotated = (n: number) => ({ body: { ...granted.body, refresh_token: `r${n}` } });
    const { http, connection } = open(
      { grant: 'refresh_token' },
      { clientSecret: 's', refreshToken: 'r0' },
      rotated(1),
      rotated(2),
    );

    await connection.tokens.token();
    await connection.tokens.renew('at');

    assert.deepEqual([http.form(0)['refresh_token'], http.form(1)['refresh_token']], ['r0', 'r1']);
  });

  it('has no token of its own for a grant that needs a browser', async () => {
    const { connection } = open({ grant: 'authorization_code' }, {});

    assert.equal(await connection.tokens.token(), undefined);
  });

  it('shares tokens between connections of the same client only', () => {
    const key = (changes: Partial<ConnectionSettings>) => open(changes, {}).connection.tokenKey;

    assert.equal(key({}), key({ baseUrl: 'http://server.test/', scopes: ['x'] }));
    for (const changes of [{ site: 'b' }, { clientId: 'b' }, { username: 'b' }]) {
      assert.notEqual(key({}), key(changes));
    }
  });

  const incomplete: readonly [string, Partial<ConnectionSettings>][] = [
    ['client id', { clientId: '' }],
    ['client secret', {}],
    ['private key', { clientAuth: 'signedJwt' }],
    ['password', { clientAuth: 'public', grant: 'password', username: 'admin' }],
    ['refresh token', { clientAuth: 'public', grant: 'refresh_token' }],
  ];
  for (const [name, changes] of incomplete) {
    it(`says that the ${name} is missing, and sends nothing`, async () => {
      const { connection } = open(changes, {});

      await assert.rejects(connection.tokens.token(), {
        code: 'OAUTH_SETTINGS',
        message: new RegExp(name),
      });
    });
  }

  it('refuses an address that is none', () => {
    assert.throws(() => open({ baseUrl: 'localhost' }, {}), { code: 'HTTP_BAD_URL' });
  });
});
