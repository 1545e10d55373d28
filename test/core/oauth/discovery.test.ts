import assert from 'node:assert/strict';
import { discover } from '#core/oauth/discovery.ts';
import { fakeHttp } from '#test/support/fake-http.ts';

const base = 'http://server.test/oauth2/default';

describe('discover', () => {
  it('reads openid-configuration', async () => {
    const http = fakeHttp({
      body: {
        issuer: base,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        jwks_uri: `${base}/jwk`,
        registration_endpoint: `${base}/registration`,
        end_session_endpoint: `${base}/logout`,
        introspection_endpoint: `${base}/introspect`,
        scopes_supported: ['openid', 'api:oemr'],
        code_challenge_methods_supported: ['S256', 'plain'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        require_request_uri_registration: ['false'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      },
    });

    const url = `${base}/.well-known/openid-configuration`;
    assert.deepEqual(await discover(http, url), {
      issuer: base,
      token: `${base}/token`,
      authorization: `${base}/authorize`,
      registration: `${base}/registration`,
      introspection: `${base}/introspect`,
      endSession: `${base}/logout`,
      jwks: `${base}/jwk`,
      scopesSupported: ['openid', 'api:oemr'],
      grantTypesSupported: ['authorization_code', 'refresh_token'],
      authMethodsSupported: ['client_secret_post'],
      challengeMethodsSupported: ['S256', 'plain'],
      capabilities: [],
    });
    assert.equal(http.requests[0]?.url, url);
  });

  it('reads the nested scopes of the smart-configuration of OpenEMR', async () => {
    const http = fakeHttp({
      body: {
        token_endpoint: `${base}/token`,
        scopes_supported: [['openid', 'fhirUser']],
        capabilities: ['launch-ehr'],
      },
    });

    const endpoints = await discover(http, 'http://server.test/x');

    assert.deepEqual(endpoints.scopesSupported, ['openid', 'fhirUser']);
    assert.deepEqual(endpoints.capabilities, ['launch-ehr']);
  });

  it('stops with its caller', async () => {
    const http = fakeHttp({ body: { token_endpoint: base } });

    await assert.rejects(discover(http, base, { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });

  const refused = [
    [{ status: 404, body: '' }, 'HTTP_STATUS'],
    [{ status: 200, body: '' }, 'HTTP_NOT_JSON'],
    [{ status: 200, body: '<html>' }, 'HTTP_NOT_JSON'],
    [{ status: 200, body: {} }, 'OAUTH_BAD_ANSWER'],
  ] as const;
  for (const [answer, code] of refused) {
    it(`gives ${code} for ${JSON.stringify(answer)}`, async () => {
      await assert.rejects(discover(fakeHttp(answer), 'http://server.test/x'), { code });
    });
  }
});
