// The refusals are the rows of OpenEMR 7.0.3 at /token (league/oauth2-server 8.4).
import assert from 'node:assert/strict';
import { WorkbenchError } from '#core/errors.ts';
import { HttpError } from '#core/http-error.ts';
import { explainTokenError, type TokenContext } from '#core/oauth/explain.ts';
import { explainScopes } from '#core/oauth/explain-scopes.ts';
import { OAuthError } from '#core/oauth/oauth-error.ts';
import { scopeDifference } from '#core/oauth/scopes.ts';
import { english, text } from '#core/text.ts';
import { fakeResponse } from '#test/support/fake-http.ts';

const site = 'http://server.test/oauth2/default/token';
const REQ = 'The request is missing a required parameter, includes an invalid parameter value';
const secret = { grant: 'client_credentials', clientAuth: 'secretPost' } as const;
const signed = { grant: 'client_credentials', clientAuth: 'signedJwt' } as const;
const password = { grant: 'password', clientAuth: 'secretPost' } as const;
const refresh = { grant: 'refresh_token', clientAuth: 'secretPost' } as const;
const code = { grant: 'authorization_code', clientAuth: 'public' } as const;

type How = Pick<TokenContext, 'grant' | 'clientAuth'>;

function idsOf(error: unknown, how: How, scopes: readonly string[] = [], tokenEndpoint = site) {
  const findings = explainTokenError(error, { ...how, tokenEndpoint, scopes });
  for (const { cause, evidence, fix } of findings) {
    for (const sentence of [cause, evidence, fix])
      assert.doesNotMatch(english(sentence), /\{\w+\}/);
  }
  return findings.map(({ id }) => id.replace('oauth.', ''));
}

describe('explainTokenError', () => {
  const invalidClient = ['invalid_client', 'Client authentication failed', undefined] as const;
  const rows: readonly [
    string,
    How,
    number,
    readonly [string, string, string | undefined],
    readonly string[],
  ][] = [
    [
      'a secret where a signed JWT is needed',
      secret,
      400,
      ['invalid_request', REQ, 'assertion type is not supported'],
      ['secret-instead-of-jwt'],
    ],
    [
      'a client that is disabled, unknown, or has another secret',
      code,
      401,
      invalidClient,
      ['client-disabled', 'client-unknown', 'wrong-secret'],
    ],
    [
      'a signing client that is disabled, unknown, or has no usable key',
      signed,
      401,
      invalidClient,
      ['client-disabled', 'client-unknown', 'jwks-unusable'],
    ],
    ['an assertion that does not fit', signed, 400, invalidClient, ['assertion-refused']],
    [
      'the password grant while it is off',
      password,
      400,
      [
        'unsupported_grant_type',
        'The authorization grant type is not supported by the authorization server.',
        'Check that all required parameters have been provided',
      ],
      ['grant-switched-off'],
    ],
    [
      'a grant nobody knows',
      secret,
      400,
      ['unsupported_grant_type', 'not supported', undefined],
      ['grant-unknown'],
    ],
    [
      'a missing user_role',
      password,
      400,
      ['invalid_request', REQ, 'Check the `user_role` parameter'],
      ['user-role-missing'],
    ],
    [
      'a missing client_id',
      secret,
      400,
      ['invalid_request', REQ, 'Check the `client_id` parameter'],
      ['parameter-missing'],
    ],
    [
      'a missing refresh token',
      refresh,
      400,
      ['invalid_request', REQ, 'Check the `refresh_token` parameter'],
      ['parameter-missing'],
    ],
    [
      'a wrong login',
      password,
      400,
      ['invalid_grant', 'The provided authorization grant is invalid', 'Failed Authentication'],
      ['login-refused'],
    ],
    [
      'a second factor',
      password,
      403,
      ['mfa_not_supported', 'MFA not supported.', undefined],
      ['mfa-needed'],
    ],
    [
      'a revoked refresh token, which OpenEMR calls invalid_request',
      refresh,
      401,
      ['invalid_request', 'The refresh token is invalid.', 'Token has been revoked'],
      ['refresh-refused'],
    ],
    [
      'a refresh token of another client',
      refresh,
      401,
      ['invalid_request', 'The refresh token is invalid.', 'Token is not linked to client'],
      ['refresh-refused'],
    ],
    [
      'a refused refresh token in the words of the standard',
      refresh,
      400,
      ['invalid_grant', 'grant request is invalid', undefined],
      ['refresh-refused'],
    ],
    [
      'an expired code',
      code,
      400,
      ['invalid_request', REQ, 'Authorization code has expired'],
      ['code-expired'],
    ],
    [
      'a wrong verifier',
      code,
      400,
      ['invalid_grant', 'The provided authorization grant', 'Failed to verify `code_verifier`.'],
      ['verifier-wrong'],
    ],
    [
      'a missing verifier',
      code,
      400,
      ['invalid_request', REQ, 'Check the `code_verifier` parameter'],
      ['parameter-missing'],
    ],
    [
      'another redirect URI',
      code,
      400,
      ['invalid_request', REQ, 'Invalid redirect URI'],
      ['redirect-differs'],
    ],
    ['a lost session', code, 400, ['invalid_request', 'Bad request', undefined], ['session-lost']],
    [
      'a body that is no form',
      secret,
      400,
      ['invalid_request', 'Bad request', undefined],
      ['not-a-form'],
    ],
  ];
  for (const [name, how, status, [error, error_description, hint], ids] of rows) {
    it(`explains ${name}`, () => {
      const body = { error, error_description, ...(hint === undefined ? {} : { hint }) };

      assert.deepEqual(idsOf(new OAuthError(fakeResponse({ status }, site), body), how), ids);
    });
  }

  it('shows the answer as evidence', () => {
    const hint = 'assertion type is not supported';
    const error = new OAuthError(fakeResponse({ status: 400 }, site), {
      error: 'invalid_request',
      hint,
    });

    const [finding] = explainTokenError(error, { ...secret, tokenEndpoint: site, scopes: [] });

    assert.equal(
      finding && english(finding.evidence),
      `${site} answered with status 400: invalid_request / ${hint}.`,
    );
  });

  describe('for a refused scope', () => {
    const advice = [
      ['patient/*.read', [], /no wildcards/],
      ['Patient.read', [], /user\/Patient\.read/],
      ['user/Patient.rs', [], /7\.0\.4/],
      ['user/patient.read', [], /api:oemr/],
      ['user/Observation.write', [], /writes only Patient/],
      ['system/Patient.write', [], /never with a system/],
      ['user/ImagingStudy.read', [], /Remove the scope user\/ImagingStudy\.read/],
      ['user/patient.read', ['api:oemr'], /Connectors/],
      ['openid2', [], /discovery document/],
    ] as const;
    for (const [scope, others, sentence] of advice) {
      it(`knows what to do about ${scope}${others.length > 0 ? ` with ${others}` : ''}`, () => {
        const hint = `Check the \`${scope}\` scope`;
        const error = new OAuthError(fakeResponse({ status: 400 }), {
          error: 'invalid_scope',
          hint,
        });
        const scopes = [scope, ...others];

        const [finding] = explainTokenError(error, { ...secret, tokenEndpoint: site, scopes });

        assert.equal(finding?.id, 'oauth.scope-refused');
        assert.match(english(finding.cause), new RegExp(scope.replace(/[*.]/g, '\\$&')));
        assert.match(english(finding.fix), sentence);
      });
    }
  });

  it('names the requested scopes where the server names none', () => {
    const error = new OAuthError(fakeResponse({ status: 400 }), { error: 'invalid_scope' });

    const [finding] = explainTokenError(error, {
      ...secret,
      tokenEndpoint: site,
      scopes: ['a', 'b'],
    });

    assert.match(finding ? english(finding.cause) : '', /the scope a b\.$/);
  });

  describe('without an OAuth answer', () => {
    const http = (status: number) => new HttpError(fakeResponse({ status }, site), '');
    const siteless = 'http://server.test/oauth2/token';

    it('finds the site missing in the path', () => {
      assert.deepEqual(idsOf(http(404), secret, [], siteless), ['path-without-site']);
      for (const code of ['HTTP_NOT_JSON', 'HTTP_LOGIN_PAGE', 'OAUTH_BAD_ANSWER'] as const) {
        const error = new WorkbenchError(code, text('no token'));
        assert.deepEqual(idsOf(error, secret, [], siteless), ['path-without-site']);
      }
    });

    it('finds the APIs switched off', () => {
      assert.deepEqual(idsOf(http(404), secret), ['apis-switched-off']);
    });

    it('finds the unknown site', () => {
      assert.deepEqual(idsOf(http(400), secret), ['site-unknown']);
    });

    it('finds the missing assertion', () => {
      assert.deepEqual(idsOf(http(500), secret), ['assertion-missing']);
      assert.deepEqual(idsOf(http(500), password), []);
    });

    it('adds nothing to an error that says everything', () => {
      assert.deepEqual(idsOf(new WorkbenchError('HTTP_REFUSED', text('closed')), secret), []);
      assert.deepEqual(idsOf(new TypeError('a bug'), secret), []);
    });
  });
});

describe('explainScopes', () => {
  const idsFor = (asked: readonly string[], granted: readonly string[]) =>
    explainScopes(scopeDifference(asked, granted)).map(({ id }) => id);

  it('finds a scope that was dropped', () => {
    assert.deepEqual(idsFor(['openid', 'user/Patient.read'], ['openid']), ['oauth.scope-dropped']);
  });

  it('finds why there is no refresh token', () => {
    assert.deepEqual(idsFor(['offline_access'], []), [
      'oauth.scope-dropped',
      'oauth.no-refresh-token',
    ]);
  });

  it('does not complain of scopes the server never lists', () => {
    assert.deepEqual(idsFor(['api:fhir', 'site:default', 'openid'], ['openid']), []);
  });
});
