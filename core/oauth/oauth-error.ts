import { WorkbenchError } from '../errors.ts';
import type { HttpResponse } from '../http.ts';
import { HttpError, isSuccess, parseBody } from '../http-error.ts';
import { redactText } from '../redact.ts';
import { text } from '../text.ts';
import { isOAuthErrorBody, type OAuthErrorBody } from './wire.ts';

/** A refusal in OAuth's own words; `explain.ts` turns it into cause and fix. */
export class OAuthError extends WorkbenchError<'OAUTH_REJECTED'> {
  readonly status: number;
  /** Without query and userinfo. */
  readonly url: string;
  readonly error: string;
  readonly description: string | undefined;
  /** OpenEMR says here what is wrong, and nowhere else. */
  readonly hint: string | undefined;

  constructor({ status, url }: HttpResponse, body: OAuthErrorBody) {
    const { error, error_description: description, hint } = body;
    const reason = redactText([error, hint ?? description].filter((part) => part).join(': '));
    super(
      'OAUTH_REJECTED',
      text(
        'The server refused the request with "{reason}" (status {status}). Check the client, the grant and the scopes.',
        { reason, status },
      ),
    );
    this.name = 'OAuthError';
    this.status = status;
    this.url = url;
    this.error = error;
    this.description = description;
    this.hint = hint;
  }
}

/**
 * Reads the JSON of an OAuth endpoint, whatever its content type says.
 *
 * @throws OAuthError `OAUTH_REJECTED` on an RFC 6749 §5.2 body; HttpError on another refusal;
 *   WorkbenchError `HTTP_*` when a 2xx answer is no JSON
 */
export async function readOAuthAnswer(response: HttpResponse): Promise<unknown> {
  const body = await response.text();
  if (!isSuccess(response)) throw oauthRefusal(response, body);
  const value = parseBody(response, body);
  if (isOAuthErrorBody(value)) throw new OAuthError(response, value);
  return value;
}

function oauthRefusal(response: HttpResponse, body: string): WorkbenchError {
  try {
    const value = parseBody(response, body);
    if (isOAuthErrorBody(value)) return new OAuthError(response, value);
  } catch {
    // no JSON: the status says more than the lack of a body
  }
  return new HttpError(response, body);
}
