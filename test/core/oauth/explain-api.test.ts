// The refusals are those of OpenEMR 7.0.3 (league JSON or no body) and 7.0.4 (JSON of the kernel).
import assert from 'node:assert/strict';
import { HttpError } from '#core/http-error.ts';
import { explainApiError } from '#core/oauth/explain-api.ts';
import { fakeResponse } from '#test/support/fake-http.ts';

const DENY = 'The resource owner or authorization server denied the request.';
const league = (hint: string) => ({
  error: 'access_denied',
  error_description: DENY,
  hint,
  message: DENY,
});
const kernel = (message: string, code = 0) => ({ error: 'An error occurred', message, code });

describe('explainApiError', () => {
  const rows = [
    ['a missing header', 401, league('Missing "Authorization" header'), ['header-missing']],
    ['a token cut short', 401, league('The JWT string must have two dots'), ['token-not-accepted']],
    ['an expired token', 401, league('Access token could not be verified'), ['token-not-accepted']],
    ['an expired token of 7.0.4', 401, kernel(DENY), ['token-not-accepted']],
    [
      'an unknown token of 7.0.4',
      401,
      kernel('OpenEMR Error: API call failed due to invalid token or expired token.'),
      ['token-not-accepted'],
    ],
    ['a revoked token', 401, league('Access token has been revoked'), ['token-revoked']],
    ['a signed-out user', 400, kernel('Refresh Token revoked or logged out'), ['token-revoked']],
    ['a missing scope or right', 401, undefined, ['scope-missing', 'right-missing']],
    ['a missing scope of 7.0.4', 401, kernel('Unauthorized'), ['scope-missing']],
    [
      'a missing api:oemr of 7.0.4',
      403,
      kernel(
        'OpenEMR Error: API call failed due to insufficient permissions for the requested resource.',
      ),
      ['scope-missing'],
    ],
    [
      'a missing right of 7.0.4',
      403,
      kernel('Organization policy does not have permit access resource'),
      ['right-missing'],
    ],
    ['an unknown site', 400, undefined, ['site-unknown']],
    [
      'an unknown site of 7.0.4',
      400,
      kernel(
        'OpenEMR Error: api site error, so forced exit.  Please ensure that the site is set up.',
      ),
      ['site-unknown'],
    ],
    ['an API that is switched off', 501, undefined, ['switched-off']],
    [
      'all APIs switched off in 7.0.4',
      404,
      kernel('OpenEMR Error: API is disabled'),
      ['switched-off'],
    ],
    ['an unknown route, which says enough itself', 404, undefined, []],
    ['a failure of the server', 500, undefined, []],
  ] as const;
  for (const [name, status, body, ids] of rows) {
    it(`explains ${name}`, () => {
      const json = body === undefined ? '' : JSON.stringify(body);

      const findings = explainApiError(new HttpError(fakeResponse({ status }), json));

      assert.deepEqual(
        findings.map(({ id }) => id),
        ids.map((id) => `api.${id}`),
      );
    });
  }

  it('has nothing to say about a web page or another kind of error', () => {
    const page = new HttpError(fakeResponse({ status: 403 }), '<html>');

    assert.deepEqual(explainApiError(page), []);
    assert.deepEqual(explainApiError(new TypeError('a bug')), []);
  });
});
