// What the rows of facts/openemr.md section 1.7 ask and expect: the wire's sentences and the requests.
import { challenge, codeFor } from './browser.ts';
import { machineForm, passwordForm, secret } from './clients.ts';
import { type Answered, type Form, redirectUri, type World } from './world.ts';

export const REQ =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';
export const GRANT =
  'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
export const UNSUPPORTED =
  'The authorization grant type is not supported by the authorization server.';
export const HINT_UNSUPPORTED = 'Check that all required parameters have been provided';
export const CLIENT = 'Client authentication failed';
export const REFRESH = 'The refresh token is invalid.';
export const SCOPE = 'The requested scope is invalid, unknown, or malformed';

export type Expected = readonly [status: number, error: string, description: string, hint?: string];
export type Row = readonly [
  title: string,
  ask: (world: World) => Promise<Answered>,
  profileA: Expected | 'empty 500',
  /** When it differs. */
  profileB?: Expected,
];

export const asForm = (form: Form) => (world: World) => world.token(form);

/** A fresh code of `app` for the whole scope, exchanged with what the row changes. */
export const withCode =
  (change: Form, authorization: Form = {}) =>
  async (world: World) => {
    const query = { client_id: 'app', scope: 'openid', ...authorization };
    const code = await codeFor(world, query);
    return world.token(without({ ...codeForm(code), ...change }));
  };
export const codeForm = (code: string): Form => ({
  grant_type: 'authorization_code',
  client_id: 'app',
  client_secret: secret,
  redirect_uri: redirectUri,
  code,
});
export const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
/** The value `-` stands for an absent parameter. */
export const without = (form: Form): Form =>
  Object.fromEntries(Object.entries(form).filter(([, value]) => value !== '-'));

export const password = (change: Form) => asForm(without({ ...passwordForm, ...change }));
export const machine = (change: Form) => (world: World) =>
  world.token(without({ ...machineForm(world), ...change }));

export const refresh =
  (change: Form, between?: (world: World, form: Form) => unknown) => async (world: World) => {
    const { json } = await world.token(passwordForm);
    const form = {
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: String(json['refresh_token']),
    };
    await between?.(world, form);
    return world.token(without({ ...form, ...change }));
  };
