// Errors of league/oauth2-server 8.4 and of OpenEMR's own checks, as data. One function per error of
// league's OAuthServerException; the wire order is error, error_description, hint, message.
import { type Answer, jsonAnswer, type OAuthRequest } from './answer.ts';

const malformed =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';
const badGrant =
  'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';

export class OAuthFailure extends Error {
  readonly error: string;
  readonly status: number;
  readonly hint: string | undefined;
  /** league's invalidClient() knows the request and may add WWW-Authenticate. */
  readonly challenges: boolean;
  /** Where to send the browser instead of answering JSON. */
  readonly redirectUri: string | undefined;

  constructor(
    error: string,
    description: string,
    { status = 400, hint, challenges = false, redirectUri }: FailureOptions = {},
  ) {
    super(description);
    this.name = 'OAuthFailure';
    this.error = error;
    this.status = status;
    this.hint = hint;
    this.challenges = challenges;
    this.redirectUri = redirectUri;
  }
}

interface FailureOptions {
  readonly status?: number;
  readonly hint?: string;
  readonly challenges?: boolean;
  readonly redirectUri?: string | undefined;
}

export const invalidRequest = (hint: string): OAuthFailure =>
  new OAuthFailure('invalid_request', malformed, { hint });

export const missingParameter = (name: string): OAuthFailure =>
  invalidRequest(`Check the \`${name}\` parameter`);

export const unsupportedGrant = (): OAuthFailure =>
  new OAuthFailure(
    'unsupported_grant_type',
    'The authorization grant type is not supported by the authorization server.',
    { hint: 'Check that all required parameters have been provided' },
  );

export const invalidClient = (status = 401): OAuthFailure =>
  new OAuthFailure('invalid_client', 'Client authentication failed', { status, challenges: true });

/** league escapes the scope as HTML, once. */
export const invalidScope = (scope: string, redirectUri?: string): OAuthFailure =>
  new OAuthFailure('invalid_scope', 'The requested scope is invalid, unknown, or malformed', {
    hint:
      scope === ''
        ? 'Specify a scope in the request or set a default scope'
        : `Check the \`${htmlOnce(scope)}\` scope`,
    redirectUri,
  });

export const invalidGrant = (hint: string): OAuthFailure =>
  new OAuthFailure('invalid_grant', badGrant, { hint });

/** OpenEMR and league answer 401 where RFC 6749 5.2 says 400 invalid_grant (issue 13613). */
export const invalidRefreshToken = (hint: string): OAuthFailure =>
  new OAuthFailure('invalid_request', 'The refresh token is invalid.', { status: 401, hint });

export const invalidMetadata = (description: string): OAuthFailure =>
  new OAuthFailure('invalid_client_metadata', description);

/** OpenEMR AC:1203: the session of the code was not found. */
export const noSession = (): OAuthFailure => new OAuthFailure('invalid_request', 'Bad request');

export function renderFailure(failure: OAuthFailure, request: OAuthRequest): Answer {
  const { error, message, hint, status } = failure;
  const body = { error, error_description: message, ...(hint !== undefined && { hint }), message };
  if (failure.redirectUri !== undefined) return redirectFailure(failure.redirectUri, body);
  const authorization = request.header('authorization');
  const scheme = authorization?.startsWith('Bearer') ? 'Bearer' : 'Basic';
  const headers =
    failure.challenges && authorization !== undefined
      ? { 'www-authenticate': `${scheme} realm="OAuth"` }
      : {};
  return jsonAnswer(body, { status, headers });
}

/** No `state`: league does not know it yet. */
function redirectFailure(redirectUri: string, body: Record<string, string>): Answer {
  const separator = redirectUri.includes('?') ? '&' : '?';
  const location = `${redirectUri}${separator}${new URLSearchParams(body)}`;
  return { status: 302, headers: { location }, body: '' };
}

function htmlOnce(text: string): string {
  return text
    .replace(/&(?!(?:#\d+|#x[\da-f]+|\w+);)/gi, '&amp;')
    .replace(/[<>"']/g, (character) => htmlEntities[character] ?? character);
}

const htmlEntities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#039;',
};
