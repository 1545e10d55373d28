// Facts 1.3: which redirect_uri a client may name.
import assert from 'node:assert/strict';
import { isRedirectUriOf } from '#mock-servers/openemr/oauth/redirect-uri.ts';
import type { Client } from '#mock-servers/openemr/oauth/state.ts';

const redirectUris = [
  'http://127.0.0.1:1/cb',
  'http://[::1]:1/cb',
  'http://localhost:1/cb',
  'https://client.example.org/cb',
];

describe('isRedirectUriOf', () => {
  const isAllowed = (uri: string) => isRedirectUriOf(uri, { redirectUris } as unknown as Client);

  it('ignores the port of 127.0.0.1 and [::1], and of nothing else', () => {
    const moved = redirectUris.map((uri) => uri.replace(/(:1)?\/cb/, ':54321/cb'));

    assert.deepEqual(moved.map(isAllowed), [true, true, false, false]);
    assert.deepEqual(redirectUris.map(isAllowed), [true, true, true, true]);
  });

  it('compares scheme and path of a loopback address', () => {
    assert.equal(isAllowed('https://127.0.0.1:1/cb'), false);
    assert.equal(isAllowed('http://127.0.0.1:2/other'), false);
    assert.equal(isAllowed('no address'), false);
  });
});
