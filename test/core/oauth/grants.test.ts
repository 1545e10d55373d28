import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import type { ClientAuth } from '#core/oauth/client-auth.ts';
import { type Grant, requestToken } from '#core/oauth/grants.ts';
import { OAuthError } from '#core/oauth/oauth-error.ts';
import { generateSigningKey, readSigningKey } from '#core/oauth/signing-key.ts';
import { fakeClock } from '#test/support/fake-clock.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';

const tokenEndpoint = 'http://server.test/oauth2/default/token';
const clock = fakeClock();
const secret: ClientAuth = { kind: 'secretPost', clientId: 'id', clientSecret: 's3cret' };
const scopes = ['openid', 'user/Patient.read'];

async function request(answer: FakeAnswer, grant: Grant, client: ClientAuth = secret) {
  const http = fakeHttp(answer);
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const token = await requestToken({ http, clock, newId }, { tokenEndpoint, client }, grant);
  return { token, http, form: http.form(0), sent: http.requests[0] ?? assert.fail() };
}

const granted: FakeAnswer = {
  body: { scope: 'openid', token_type: 'Bearer', expires_in: 300, access_token: 'at' },
};

describe('requestToken', () => {
  it('sends a form that is never repeated', async () => {
    const { sent } = await request(granted, { kind: 'client_credentials', scopes });

    assert.equal(sent.method, 'POST');
    assert.equal(sent.url, tokenEndpoint);
    assert.equal(sent.retry, 'never');
    assert.equal(sent.headers?.['content-type'], 'application/x-www-form-urlencoded');
  });

  it('asks for client credentials', async () => {
    const { form } = await request(granted, { kind: 'client_credentials', scopes });

    assert.deepEqual(form, {
      grant_type: 'client_credentials',
      scope: 'openid user/Patient.read',
      client_id: 'id',
      client_secret: 's3cret',
    });
  });

  it('adds what OpenEMR wants to the password grant', async () => {
    const grant = {
      kind: 'password',
      username: 'admin',
      password: 'p&ss=',
      userRole: 'patient',
      email: 'a@b.test',
      mfaToken: '123456',
      scopes,
    } as const;

    const { form } = await request(granted, grant, { kind: 'public', clientId: 'id' });

    assert.deepEqual(form, {
      grant_type: 'password',
      username: 'admin',
      password: 'p&ss=',
      user_role: 'patient',
      email: 'a@b.test',
      mfa_token: '123456',
      scope: 'openid user/Patient.read',
      client_id: 'id',
    });
  });

  it('refreshes with the same scopes by naming none', async () => {
    const grant = { kind: 'refresh_token', refreshToken: 'rt', scopes: [] } as const;

    const { form } = await request(granted, grant);

    assert.deepEqual(form, {
      grant_type: 'refresh_token',
      refresh_token: 'rt',
      client_id: 'id',
      client_secret: 's3cret',
    });
  });

  it('exchanges a code with its verifier', async () => {
    const grant = {
      kind: 'authorization_code',
      code: 'c',
      redirectUri: 'http://127.0.0.1:1/cb',
      codeVerifier: 'v',
      scopes,
    } as const;

    const { form } = await request(granted, grant);

    assert.deepEqual(form, {
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: 'http://127.0.0.1:1/cb',
      code_verifier: 'v',
      client_id: 'id',
      client_secret: 's3cret',
    });
  });

  it('encodes id and secret before it puts them into the header (RFC 6749 2.3.1)', async () => {
    const client = { kind: 'secretBasic', clientId: 'a:b c', clientSecret: 'é%' } as const;

    const { sent, form } = await request(granted, { kind: 'client_credentials', scopes }, client);

    const pair = Buffer.from('a%3Ab+c:%C3%A9%25').toString('base64');
    assert.equal(sent.headers?.['authorization'], `Basic ${pair}`);
    assert.deepEqual(Object.keys(form), ['grant_type', 'scope']);
  });

  it('signs a new assertion each time', async () => {
    const key = readSigningKey(await generateSigningKey());
    const client = { kind: 'signedJwt', clientId: 'id', key } as const;

    const { form } = await request(granted, { kind: 'client_credentials', scopes }, client);

    const { client_assertion = '', ...rest } = form;
    assert.deepEqual(rest, {
      grant_type: 'client_credentials',
      scope: 'openid user/Patient.read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const { aud, jti, iss } = decodeJwt(client_assertion);
    assert.deepEqual([iss, aud, jti], ['id', tokenEndpoint, 'id-1']);
  });

  it('signs for the address the server believes in', async () => {
    const key = readSigningKey(await generateSigningKey());
    const audience = 'https://emr.test/oauth2/default/token';
    const client = { kind: 'signedJwt', clientId: 'id', key, audience } as const;

    const { form } = await request(granted, { kind: 'client_credentials', scopes }, client);

    assert.equal(decodeJwt(form['client_assertion'] ?? '').aud, audience);
  });

  it('stops with its caller', async () => {
    const ports = { http: fakeHttp(granted), clock, newId: () => 'id' };
    const grant = { kind: 'client_credentials', scopes } as const;

    const asked = requestToken(ports, { tokenEndpoint, client: secret }, grant, {
      signal: AbortSignal.abort(),
    });

    await assert.rejects(asked, { name: 'AbortError' });
  });

  it('maps the answer, with the launch context as extras', async () => {
    const body = {
      id_token: 'it',
      patient: 'p1',
      need_patient_banner: true,
      scope: 'openid offline_access',
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: 'at',
      refresh_token: 'rt',
    };

    const { token } = await request({ body }, { kind: 'client_credentials', scopes });

    assert.deepEqual(token, {
      accessToken: 'at',
      tokenType: 'Bearer',
      expiresAtMs: clock.now() + 3_600_000,
      scopes: ['openid', 'offline_access'],
      refreshToken: 'rt',
      idToken: 'it',
      extras: { patient: 'p1', need_patient_banner: true },
    });
  });

  it('takes the requested scopes when the server names none, and no end when it tells none', async () => {
    const body = { token_type: 'bearer', access_token: 'at' };

    const { token } = await request({ body }, { kind: 'client_credentials', scopes });

    assert.deepEqual(token.scopes, scopes);
    assert.ok(!('expiresAtMs' in token));
  });

  describe('refused', () => {
    const grant = { kind: 'client_credentials', scopes } as const;

    it('keeps what the server said, and hides what looks like a secret', async () => {
      const body = {
        error: 'invalid_request',
        error_description: 'The request is missing a required parameter.',
        hint: 'assertion type is not supported',
        message: 'The request is missing a required parameter.',
      };

      await assert.rejects(request({ status: 400, body }, grant), (error: OAuthError) => {
        assert.ok(error instanceof OAuthError);
        assert.equal(error.code, 'OAUTH_REJECTED');
        assert.equal(error.status, 400);
        assert.equal(error.hint, 'assertion type is not supported');
        assert.match(error.message, /invalid_request: assertion type is not supported/);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    });

    it('is recognised under a wrong content type and under status 200', async () => {
      const body = JSON.stringify({ error: 'invalid_client' });
      const headers = { 'content-type': 'text/html' };

      await assert.rejects(request({ status: 401, headers, body }, grant), OAuthError);
      await assert.rejects(request({ status: 200, headers, body }, grant), OAuthError);
    });

    const others = [
      [{ status: 500, body: '' }, 'HTTP_STATUS'],
      [{ status: 404, body: '<html>' }, 'HTTP_STATUS'],
      [{ status: 200, body: '' }, 'HTTP_NOT_JSON'],
      [{ status: 200, body: '<input type="password">' }, 'HTTP_LOGIN_PAGE'],
      [{ status: 200, body: {} }, 'OAUTH_BAD_ANSWER'],
      [{ status: 200, body: { access_token: '', token_type: 'Bearer' } }, 'OAUTH_BAD_ANSWER'],
      [{ status: 200, body: [] }, 'OAUTH_BAD_ANSWER'],
    ] as const;
    for (const [answer, code] of others) {
      it(`gives ${code} for ${JSON.stringify(answer)}`, async () => {
        await assert.rejects(request(answer, grant), { code });
      });
    }
  });
});
