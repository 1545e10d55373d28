import assert from 'node:assert/strict';
import { registerClient } from '#core/oauth/registration.ts';
import { fakeHttp } from '#test/support/fake-http.ts';

const endpoint = 'http://server.test/oauth2/default/registration';
const metadata = {
  application_type: 'private',
  client_name: 'Workbench',
  redirect_uris: ['https://client.example.org/callback'],
  scope: 'openid user/Patient.read',
} as const;

describe('registerClient', () => {
  it('accepts OpenEMR: status 200, JSON that calls itself HTML', async () => {
    const http = fakeHttp({
      status: 200,
      headers: { 'content-type': 'text/html; charset=UTF-8' },
      body: {
        client_id: 'id',
        client_secret: 'secret',
        registration_access_token: 'rat',
        registration_client_uri: `${endpoint}/x`,
        client_id_issued_at: 1700000000,
        client_secret_expires_at: 0,
        client_role: 'user',
        scope: 'openid',
      },
    });

    assert.deepEqual(await registerClient(http, endpoint, metadata), {
      clientId: 'id',
      clientSecret: 'secret',
      scopes: ['openid'],
      registrationAccessToken: 'rat',
      registrationUrl: `${endpoint}/x`,
    });
    assert.equal(http.requests[0]?.headers?.['content-type'], 'application/json');
    assert.equal(http.requests[0]?.retry, 'never');
    assert.deepEqual(JSON.parse(String(http.requests[0]?.body)), metadata);
  });

  it('accepts RFC 7591: status 201, no secret, no scope', async () => {
    const http = fakeHttp({ status: 201, body: { client_id: 'id' } });

    assert.deepEqual(await registerClient(http, endpoint, metadata), {
      clientId: 'id',
      scopes: ['openid', 'user/Patient.read'],
    });
  });

  it('takes the empty secret of a public client as none', async () => {
    const http = fakeHttp({ body: { client_id: 'id', client_secret: '' } });

    assert.ok(!('clientSecret' in (await registerClient(http, endpoint, metadata))));
  });

  const refused = [
    [
      { status: 400, body: { error: 'invalid_client_metadata', message: 'jwks is invalid' } },
      'OAUTH_REJECTED',
    ],
    [{ status: 200, body: { client_name: 'x' } }, 'OAUTH_BAD_ANSWER'],
    [{ status: 404, body: '' }, 'HTTP_STATUS'],
  ] as const;
  for (const [answer, code] of refused) {
    it(`gives ${code} for ${JSON.stringify(answer)}`, async () => {
      await assert.rejects(registerClient(fakeHttp(answer), endpoint, metadata), { code });
    });
  }
});
