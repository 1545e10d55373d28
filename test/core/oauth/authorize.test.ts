import assert from 'node:assert/strict';
import { authorizationUrl, codeFromCallback } from '#core/oauth/authorize.ts';

describe('authorizationUrl', () => {
  it('carries everything OpenEMR asks for, and keeps a query of the endpoint', () => {
    const url = authorizationUrl({
      authorizationEndpoint: 'http://server.test/authorize?tenant=1',
      clientId: 'id',
      redirectUri: 'http://127.0.0.1:1/cb?x=y',
      scopes: ['openid', 'user/Patient.read'],
      state: 's&t',
      pkce: { verifier: 'v', challenge: 'c', method: 'S256' },
      audience: 'http://server.test/apis/default/fhir',
    });

    const { origin, pathname, searchParams } = new URL(url);
    assert.equal(origin + pathname, 'http://server.test/authorize');
    assert.deepEqual(Object.fromEntries(searchParams), {
      tenant: '1',
      response_type: 'code',
      client_id: 'id',
      redirect_uri: 'http://127.0.0.1:1/cb?x=y',
      scope: 'openid user/Patient.read',
      state: 's&t',
      code_challenge: 'c',
      code_challenge_method: 'S256',
      aud: 'http://server.test/apis/default/fhir',
    });
    assert.doesNotMatch(url, /[?&]code_verifier|=v(&|$)/);
  });
});

describe('codeFromCallback', () => {
  const callback = 'http://127.0.0.1:1/cb';

  it('returns the code of our own sign-in', () => {
    assert.equal(codeFromCallback(`${callback}?code=a%2Fb&state=s`, 's'), 'a/b');
  });

  it('refuses an answer with another state, no state, or no code', () => {
    for (const query of ['code=a&state=x', 'code=a', 'state=s', 'code=&state=s']) {
      assert.throws(() => codeFromCallback(`${callback}?${query}`, 's'), {
        code: 'OAUTH_BAD_ANSWER',
      });
    }
  });

  it('tells the error of OpenEMR, which comes without a state', () => {
    const query = 'error=invalid_scope&error_description=The+requested+scope+is+invalid&hint=x';

    assert.throws(() => codeFromCallback(`${callback}?${query}`, 's'), {
      code: 'OAUTH_REJECTED',
      message: /invalid_scope: The requested scope is invalid/,
    });
  });
});
