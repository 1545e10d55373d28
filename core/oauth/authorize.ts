// The browser half of the authorization code flow: the address to open, and what comes back to the redirect URI.
import { WorkbenchError } from '../errors.ts';
import { redactText } from '../redact.ts';
import { text } from '../text.ts';
import type { PkcePair } from './pkce.ts';

export interface AuthorizationRequest {
  readonly authorizationEndpoint: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** OpenEMR: without it the session is lost and the token endpoint answers "Bad request". */
  readonly state: string;
  readonly pkce: PkcePair;
  /** The FHIR base URL, which SMART demands with a launch. */
  readonly audience?: string;
  readonly nonce?: string;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export function authorizationUrl(request: AuthorizationRequest): string {
  const url = new URL(request.authorizationEndpoint);
  const fields = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scopes.join(' '),
    state: request.state,
    code_challenge: request.pkce.challenge,
    code_challenge_method: request.pkce.method,
    aud: request.audience,
    nonce: request.nonce,
  };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/**
 * Reads the code from the address the browser was sent back to.
 *
 * @throws WorkbenchError `OAUTH_REJECTED` when the server sent an error instead, `OAUTH_BAD_ANSWER` when
 *   the state is not ours or there is no code
 */
export function codeFromCallback(callbackUrl: string, expectedState: string): string {
  const { searchParams } = new URL(callbackUrl);
  const error = searchParams.get('error');
  if (error !== null) throw refused(error, searchParams.get('error_description'));
  // OpenEMR sends its invalid_scope redirect without the state, so an error is looked at first.
  if (searchParams.get('state') !== expectedState) throw foreignAnswer();
  const code = searchParams.get('code');
  if (code === null || code === '') throw foreignAnswer();
  return code;
}

function refused(error: string, description: string | null): WorkbenchError {
  const reason = redactText(description === null ? error : `${error}: ${description}`);
  return new WorkbenchError(
    'OAUTH_REJECTED',
    text('The server ended the sign-in with "{reason}". Check the scopes and the redirect URI.', {
      reason,
    }),
  );
}

function foreignAnswer(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_BAD_ANSWER',
    text('The answer in the browser does not belong to this sign-in. Start the sign-in again.'),
  );
}
