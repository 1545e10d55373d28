import assert from 'node:assert/strict';
import { authorizedHttp } from '#core/oauth/authorized-http.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import { fakeHttp } from '#test/support/fake-http.ts';

const tokenSet = (accessToken: string): TokenSet => ({
  accessToken,
  tokenType: 'Bearer',
  scopes: [],
  extras: {},
});
const request = { method: 'GET', url: 'http://server.test/x', headers: { accept: 'a/b' } };
const expired = {
  status: 401,
  body: { error: 'access_denied', hint: 'Access token could not be verified' },
};

describe('authorizedHttp', () => {
  const renewed: string[] = [];
  const tokens = {
    token: async () => tokenSet('old'),
    renew: async (used: string) => {
      renewed.push(used);
      return tokenSet('new');
    },
  };
  beforeEach(() => {
    renewed.length = 0;
  });

  it('adds the token to what the caller sends', async () => {
    const http = fakeHttp({ status: 200 });

    await authorizedHttp(http, tokens).send(request);

    assert.deepEqual(http.requests[0]?.headers, { accept: 'a/b', authorization: 'Bearer old' });
  });

  it('replaces a token the server no longer takes, once', async () => {
    const http = fakeHttp(expired, expired);

    const response = await authorizedHttp(http, tokens).send(request);

    assert.equal(response.status, 401);
    assert.deepEqual(
      http.requests.map(({ headers }) => headers?.['authorization']),
      ['Bearer old', 'Bearer new'],
    );
    assert.deepEqual(renewed, ['old']);
  });

  it('does not renew for a 401 without a body, which means a missing scope in OpenEMR 7.0.3', async () => {
    const http = fakeHttp({ status: 401, body: '' });

    const response = await authorizedHttp(http, tokens).send(request);

    assert.equal(response.status, 401);
    assert.deepEqual(renewed, []);
  });

  it('does not repeat the call when there is no other token', async () => {
    const http = fakeHttp(expired);
    const same = { ...tokens, renew: async () => tokenSet('old') };

    assert.equal((await authorizedHttp(http, same).send(request)).status, 401);
  });

  it('calls without a token when there is none', async () => {
    const http = fakeHttp({ status: 200 });
    const none = { token: async () => undefined, renew: async () => undefined };

    await authorizedHttp(http, none).send(request);

    assert.deepEqual(http.requests[0]?.headers, { accept: 'a/b' });
  });
});
