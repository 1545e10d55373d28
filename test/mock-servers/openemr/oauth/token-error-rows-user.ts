// facts/openemr.md section 1.7: scope, authorization code, refresh token, password.
import { codeFor, verifier } from './browser.ts';
import { patientPasswordForm, seedClients } from './clients.ts';
import {
  asForm,
  codeForm,
  GRANT,
  password,
  pkce,
  REFRESH,
  REQ,
  type Row,
  refresh,
  SCOPE,
  withCode,
  without,
} from './token-error-requests.ts';
import { guarded, openWorld } from './world.ts';

export const userRows: readonly Row[] = [
  [
    'invalid scope',
    password({ scope: 'xyz' }),
    [400, 'invalid_scope', SCOPE, 'Check the `xyz` scope'],
  ],
  [
    'code expired',
    async (world) => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });
      world.advance(60_001);
      return world.token(codeForm(code));
    },
    [400, 'invalid_request', REQ, 'Authorization code has expired'],
  ],
  [
    'code of another client',
    withCode({ client_id: 'other-app' }),
    [400, 'invalid_request', REQ, 'Authorization code was not issued to this client'],
  ],
  [
    'code undecryptable (but known to session table)',
    async (world) => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });
      return world.token(codeForm(`${code} `));
    },
    [400, 'invalid_request', REQ, 'Cannot decrypt the authorization code'],
  ],
  [
    'redirect_uri missing at token',
    withCode({ redirect_uri: '-' }),
    [400, 'invalid_request', REQ, 'Check the `redirect_uri` parameter'],
  ],
  [
    'redirect_uri differs from authorize',
    withCode(
      { client_id: 'two-uris', redirect_uri: 'https://two.example.org/cb' },
      { client_id: 'two-uris' },
    ),
    [400, 'invalid_request', REQ, 'Invalid redirect URI'],
  ],
  [
    'code_verifier missing',
    withCode({}, pkce),
    [400, 'invalid_request', REQ, 'Check the `code_verifier` parameter'],
  ],
  [
    'code_verifier malformed',
    withCode({ code_verifier: 'short' }, pkce),
    [400, 'invalid_request', REQ, 'Code Verifier must follow the specifications of RFC-7636.'],
  ],
  [
    'PKCE mismatch',
    withCode({ code_verifier: `${verifier}x` }, pkce),
    [400, 'invalid_grant', GRANT, 'Failed to verify `code_verifier`.'],
  ],
  [
    'code_verifier without challenge',
    withCode({ code_verifier: verifier }),
    [400, 'invalid_request', REQ, 'code_verifier received when no code_challenge is present'],
  ],
  [
    'refresh_token missing',
    refresh({ refresh_token: '-' }),
    [400, 'invalid_request', REQ, 'Check the `refresh_token` parameter'],
  ],
  [
    'refresh undecryptable',
    refresh({ refresh_token: 'def50200' }),
    [401, 'invalid_request', REFRESH, 'Cannot decrypt the refresh token'],
  ],
  [
    'refresh of another client',
    refresh({ client_id: 'other-app' }),
    [401, 'invalid_request', REFRESH, 'Token is not linked to client'],
  ],
  [
    'refresh expired',
    refresh({}, (world) => world.advance(93 * 86_400_000)),
    [401, 'invalid_request', REFRESH, 'Token has expired'],
  ],
  [
    'refresh revoked',
    refresh({}, (world, form) => world.token(form)),
    [401, 'invalid_request', REFRESH, 'Token has been revoked'],
  ],
  [
    'refresh: new scope beyond old (1.6)',
    refresh({ scope: 'openid profile' }),
    [400, 'invalid_scope', SCOPE, 'Check the `profile` scope'],
  ],
  ...['username', 'password', 'user_role'].map(
    (name): Row => [
      `password: ${name} missing`,
      password({ [name]: '-' }),
      [400, 'invalid_request', REQ, `Check the \`${name}\` parameter`],
    ],
  ),
  [
    'password: email missing for patient',
    asForm(without({ ...patientPasswordForm, email: '-' })),
    [400, 'invalid_request', REQ, 'Check the `email` parameter'],
  ],
  [
    'password: wrong login',
    password({ password: 'wrong' }),
    [400, 'invalid_grant', GRANT, 'Failed Authentication'],
  ],
  [
    'password: role not allowed by the global',
    async () => {
      const usersOnly = await openWorld({ settings: { oauth_password_grant: 1 } });
      await seedClients(usersOnly);
      const answer = await usersOnly.token(patientPasswordForm);
      await usersOnly.close();
      return answer;
    },
    [400, 'invalid_grant', GRANT, 'Failed Authentication'],
  ],
  [
    'password: mfa_token but no TOTP set up',
    password({ mfa_token: '123456' }),
    [403, 'mfa_not_supported', 'MFA not supported.'],
  ],
  [
    'password: mfa_token wrong',
    password({ username: guarded.username, mfa_token: '000000' }),
    [401, 'mfa_token_invalid', 'The MFA code you entered was not valid.'],
  ],
];
