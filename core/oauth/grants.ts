// One form per grant, one request, one mapping. A token request is never sent twice: codes, assertions
// and rotating refresh tokens are single-use.
import { WorkbenchError } from '../errors.ts';
import type { Http } from '../http.ts';
import { text } from '../text.ts';
import { type AuthPorts, type ClientAuth, proveClient } from './client-auth.ts';
import { readOAuthAnswer } from './oauth-error.ts';
import { isTokenResponse, type TokenSet, toTokenSet } from './wire.ts';

export type Grant =
  | { readonly kind: 'client_credentials'; readonly scopes: readonly string[] }
  | {
      readonly kind: 'password';
      readonly username: string;
      readonly password: string;
      /** OpenEMR demands it; RFC 6749 does not know it. */
      readonly userRole?: 'users' | 'patient';
      /** OpenEMR demands it for `patient`. */
      readonly email?: string;
      readonly mfaToken?: string;
      readonly scopes: readonly string[];
    }
  | {
      readonly kind: 'refresh_token';
      readonly refreshToken: string;
      /** Fewer than before, or empty for the same. */
      readonly scopes: readonly string[];
    }
  | {
      readonly kind: 'authorization_code';
      readonly code: string;
      readonly redirectUri: string;
      readonly codeVerifier: string;
      readonly scopes: readonly string[];
    };

export type GrantKind = Grant['kind'];

export interface TokenPorts extends AuthPorts {
  readonly http: Http;
}

export interface TokenTarget {
  readonly tokenEndpoint: string;
  readonly client: ClientAuth;
}

/**
 * Requests a token. One request, never retried.
 *
 * @throws OAuthError `OAUTH_REJECTED`; WorkbenchError `OAUTH_BAD_ANSWER` when there is no token in a
 *   2xx answer; HttpError and `HTTP_*` otherwise
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4
 */
export async function requestToken(
  { http, clock, newId }: TokenPorts,
  { tokenEndpoint, client }: TokenTarget,
  grant: Grant,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<TokenSet> {
  const proof = await proveClient(client, tokenEndpoint, { clock, newId });
  const form = new URLSearchParams({ ...formOf(grant), ...proof.form });
  const response = await http.send(
    {
      method: 'POST',
      url: tokenEndpoint,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...proof.headers,
      },
      body: form.toString(),
      retry: 'never',
    },
    signal === undefined ? {} : { signal },
  );
  const answer = await readOAuthAnswer(response);
  if (!isTokenResponse(answer)) throw noToken(response.url);
  return toTokenSet(answer, grant.scopes, clock.now());
}

function formOf(grant: Grant): Record<string, string> {
  const scope: Record<string, string> =
    grant.scopes.length === 0 ? {} : { scope: grant.scopes.join(' ') };
  switch (grant.kind) {
    case 'client_credentials':
      return { grant_type: grant.kind, ...scope };
    case 'password':
      return {
        grant_type: grant.kind,
        username: grant.username,
        password: grant.password,
        ...(grant.userRole === undefined ? {} : { user_role: grant.userRole }),
        ...(grant.email === undefined ? {} : { email: grant.email }),
        ...(grant.mfaToken === undefined ? {} : { mfa_token: grant.mfaToken }),
        ...scope,
      };
    case 'refresh_token':
      return { grant_type: grant.kind, refresh_token: grant.refreshToken, ...scope };
    case 'authorization_code':
      // RFC 6749 §4.1.3 has no scope here: it was fixed at the authorization request.
      return {
        grant_type: grant.kind,
        code: grant.code,
        redirect_uri: grant.redirectUri,
        code_verifier: grant.codeVerifier,
      };
  }
}

function noToken(url: string): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_BAD_ANSWER',
    text(
      '{url} answered without an access token. Check that the address is the token endpoint of the server.',
      { url },
    ),
  );
}
