// What an answer with an error status, or with a body we cannot read, means for the person who waits for it.
import { WorkbenchError } from './errors.ts';
import type { Guard } from './guards.ts';
import { parseJson } from './guards.ts';
import type { HttpResponse } from './http.ts';
import { type Text, text } from './text.ts';

/** A refusal by status. `body` is for explaining, never for showing or logging as it is. */
export class HttpError extends WorkbenchError<'HTTP_STATUS'> {
  readonly status: number;
  /** Without query and userinfo. */
  readonly url: string;
  readonly body: string;

  constructor(response: HttpResponse, body: string) {
    super('HTTP_STATUS', statusSentence(response));
    this.name = 'HttpError';
    this.status = response.status;
    this.url = response.url;
    this.body = body;
  }
}

export function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/**
 * Reads a JSON body that must satisfy a guard; the status is the caller's business.
 *
 * @param unexpected - the error for JSON of another shape
 * @throws WorkbenchError `HTTP_LOGIN_PAGE` for an HTML page that asks for a password, `HTTP_NEEDS_TLS`,
 *   `HTTP_NOT_JSON` for any other body that is no JSON
 */
export async function readJson<T>(
  response: HttpResponse,
  guard: Guard<T>,
  unexpected: (value: unknown) => WorkbenchError = () => unexpectedJson(response),
): Promise<T> {
  const value = parseBody(response, await response.text());
  if (!guard(value)) throw unexpected(value);
  return value;
}

/** The same on a body already read, without a guard. */
export function parseBody(response: HttpResponse, body: string, parse = parseJson): unknown {
  try {
    return parse(body);
  } catch (error) {
    throw notJson(response, body, error);
  }
}

export function unexpectedJson({ url }: HttpResponse): WorkbenchError {
  return new WorkbenchError(
    'HTTP_NOT_JSON',
    text(
      '{url} answered JSON, but not the kind that was asked for. Check that the address belongs to the right server.',
      { url },
    ),
  );
}

function notJson(response: HttpResponse, body: string, cause: unknown): WorkbenchError {
  const { url, status } = response;
  const args = { url, status };
  // nginx and Apache answer plain HTTP on their TLS port with such a page.
  if (/plain HTTP (?:request was sent to HTTPS|to an SSL-enabled)/i.test(body)) {
    return needsTls(url, cause);
  }
  if (/<input[^>]+type\s*=\s*["']?password/i.test(body)) {
    return new WorkbenchError(
      'HTTP_LOGIN_PAGE',
      text(
        '{url} answered with a login page instead of data. The address points at a web page: use the API address, such as http://host/apis/default/fhir.',
        args,
      ),
      { cause },
    );
  }
  return new WorkbenchError('HTTP_NOT_JSON', notJsonSentence(response, body, args), { cause });
}

function notJsonSentence(response: HttpResponse, body: string, args: Text['args']): Text {
  if (isRedirect(response.status)) return statusSentence(response);
  if (body.trim() === '') {
    return text(
      '{url} answered {status} with an empty body where JSON was expected. Check the address and its path.',
      args,
    );
  }
  if (/^\s*</.test(body)) {
    return text(
      '{url} answered {status} with a web page where JSON was expected. Check that the address is the API of the server and not its site.',
      args,
    );
  }
  return text(
    '{url} answered {status} with something that is not JSON. Check that the address belongs to the right server.',
    args,
  );
}

export function needsTls(url: string, cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'HTTP_NEEDS_TLS',
    text('{url} expects https, but the address says http. Change it to https://.', { url }),
    { cause },
  );
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function statusSentence({ status, url }: HttpResponse): Text {
  const known = statusSentences[status];
  if (known !== undefined) return known({ url });
  if (isRedirect(status)) {
    return text(
      '{url} redirects elsewhere (status {status}). Enter the final address of the server, usually the one with https://.',
      { url, status },
    );
  }
  return status >= 500
    ? text(
        '{url} failed inside the server (status {status}). Look into the log of the server, then try again.',
        { url, status },
      )
    : text(
        '{url} refused the request (status {status}). Check the address, the rights and what was sent.',
        { url, status },
      );
}

const statusSentences: Readonly<Record<number, (args: Text['args']) => Text>> = {
  401: (args) =>
    text('{url} wants a valid access token (status 401). Request a new token and try again.', args),
  403: (args) =>
    text(
      '{url} does not allow this for the current token or user (status 403). Ask for the missing scope or right.',
      args,
    ),
  404: (args) =>
    text(
      '{url} does not exist on this server (status 404). Check the path, the site and the id.',
      args,
    ),
  405: (args) => text('{url} exists, but does not support this operation (status 405).', args),
  429: (args) =>
    text('{url} got too many requests (status 429). Wait a moment and try again.', args),
  502: (args) =>
    text(
      '{url} was not reached by the proxy in front of it (status 502). Check that the server behind the proxy runs.',
      args,
    ),
  503: (args) =>
    text('{url} is not ready or overloaded (status 503). Wait a moment and try again.', args),
  504: (args) =>
    text(
      '{url} did not answer the proxy in front of it in time (status 504). Try again, or check the server.',
      args,
    ),
};
