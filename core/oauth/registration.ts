import { WorkbenchError } from '../errors.ts';
import type { Http } from '../http.ts';
import { text } from '../text.ts';
import { readOAuthAnswer } from './oauth-error.ts';
import { parseScopes } from './scopes.ts';
import { type ClientMetadata, isRegistrationResponse } from './wire.ts';

export interface RegisteredClient {
  readonly clientId: string;
  /** Shown once; absent for a public client. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly registrationAccessToken?: string;
  readonly registrationUrl?: string;
}

/**
 * Registers a client. One request, never retried: each one makes a new client.
 *
 * @returns the client; on OpenEMR it may still be disabled (any `user/` or `system/` scope)
 * @throws OAuthError `OAUTH_REJECTED`; WorkbenchError `OAUTH_BAD_ANSWER`; HttpError; `HTTP_*`
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export async function registerClient(
  http: Http,
  endpoint: string,
  metadata: ClientMetadata,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<RegisteredClient> {
  const response = await http.send(
    {
      method: 'POST',
      url: endpoint,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
      retry: 'never',
    },
    signal === undefined ? {} : { signal },
  );
  // OpenEMR 7.0.3: 200 instead of 201, and JSON under text/html: neither is looked at.
  const answer = await readOAuthAnswer(response);
  if (!isRegistrationResponse(answer)) throw noClient(response.url);
  const { client_secret, registration_access_token, registration_client_uri } = answer;
  return {
    clientId: answer.client_id,
    // OpenEMR 7.0.3: "" for a public client
    ...(client_secret ? { clientSecret: client_secret } : {}),
    scopes: parseScopes(answer.scope ?? metadata.scope ?? ''),
    ...(registration_access_token ? { registrationAccessToken: registration_access_token } : {}),
    ...(registration_client_uri ? { registrationUrl: registration_client_uri } : {}),
  };
}

function noClient(url: string): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_BAD_ANSWER',
    text(
      '{url} answered the registration without a client id. Check that the address is the registration endpoint of the server.',
      { url },
    ),
  );
}
