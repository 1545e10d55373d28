// `POST /oauth/token` and the SMART configuration.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenServer } from './auth.ts';
import { renderError } from './dispatch.ts';
import { readText } from './http.ts';
import { TOKEN_PATH } from './interactions/capabilities.ts';
import { shown } from './wire.ts';

/** SMART says below the FHIR base; clients that were given only the address look beside it. */
const configurationPath = /^(?:\/fhir)?\/\.well-known\/smart-configuration$/;

/** @returns whether the request is one of these */
export function answersToken(
  tokens: TokenServer,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const [path = ''] = (request.url ?? '').split('?');
  if (path === TOKEN_PATH) {
    if (request.method === 'POST') void issue(tokens, request, response);
    else send(response, 405, { error: 'invalid_request' }, { Allow: 'POST' });
    return true;
  }
  if (!configurationPath.test(path) || request.method !== 'GET') return false;
  const origin = `http://${request.headers.host ?? ''}`;
  send(response, 200, {
    token_endpoint: `${origin}${TOKEN_PATH}`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: ['system/*.read', 'system/*.write', 'system/*.*'],
    capabilities: ['permission-v1', 'permission-v2'],
  });
  return true;
}

async function issue(
  tokens: TokenServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const text = await readText(request);
    const form = new URLSearchParams(isJson(request) ? flatten(text) : text);
    const { authorization } = request.headers;
    const { status, body } = tokens.issue(form, authorization);
    // RFC 6749 §5.2: who tried a scheme is told of it.
    const asksAgain = status === 401 && authorization !== undefined;
    send(response, status, body, asksAgain ? { 'WWW-Authenticate': 'Basic realm="FHIR"' } : {});
  } catch (error) {
    const { status, body } = renderError(error);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  }
}

function isJson(request: IncomingMessage): boolean {
  return /\bjson\b/.test(request.headers['content-type'] ?? '');
}

/** The guide shows the request as JSON in one place and as a form in another; both work. */
function flatten(text: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
  } catch (error) {
    // An unreadable body is a request without grant_type.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json',
    // RFC 6749 §5.1
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
  });
  response.end(JSON.stringify(body));
}
