// API calls that were refused because of the token. OpenEMR's two dialects: league JSON or an empty body
// (7.0.3), and {"error":"An error occurred",…} (7.0.4).
import type { Finding } from '../finding.ts';
import { isRecord, isString, parseJson } from '../guards.ts';
import { HttpError } from '../http-error.ts';
import { type Text, text } from '../text.ts';
import { evidenceOf } from './explain.ts';

interface Answer {
  readonly status: number;
  readonly isEmpty: boolean;
  /** Hint, message and description in one, for matching only. */
  readonly words: string;
}

interface Rule {
  readonly id: string;
  readonly applies: (answer: Answer) => boolean;
  readonly cause: () => Text;
  readonly fix: () => Text;
}

/** @returns causes, most likely first; none for a refusal that has nothing to do with the token */
export function explainApiError(error: unknown): readonly Finding[] {
  if (!(error instanceof HttpError)) return [];
  const { status, body } = error;
  const answer = { status, isEmpty: body === '', words: wordsOf(body) };
  const evidence = evidenceOf(error);
  return apiRules
    .filter(({ applies }) => applies(answer))
    .map(({ id, cause, fix }) => ({ id, cause: cause(), evidence, fix: fix() }));
}

function wordsOf(body: string): string {
  try {
    const value = parseJson(body);
    return isRecord(value) ? Object.values(value).filter(isString).join(' ') : '';
  } catch {
    return ''; // no JSON has no words for us; status and emptiness still speak
  }
}

const apiRules: readonly Rule[] = [
  {
    id: 'api.header-missing',
    applies: ({ words }) => /Missing "?Authorization"? header/.test(words),
    cause: () => text('The request carried no access token, or a proxy removed the header.'),
    fix: () => text('Request a token first. Behind Apache, let the Authorization header through.'),
  },
  {
    id: 'api.token-not-accepted',
    applies: ({ status, words }) =>
      status === 401 &&
      /could not be verified|JWT|expired token|^An error occurred .*denied/.test(words),
    cause: () =>
      text('The token has ended, comes from another server, or was cut short when it was copied.'),
    fix: () => text('Request a new token from this server. OpenEMR tokens live 5 or 60 minutes.'),
  },
  {
    id: 'api.token-revoked',
    applies: ({ words }) => /has been revoked|revoked or logged out/.test(words),
    cause: () => text('The token was revoked: by a refresh, a sign-out or the administrator.'),
    fix: () => text('Request a new token. After a refresh only the newest access token is valid.'),
  },
  {
    id: 'api.scope-missing',
    applies: ({ status, isEmpty, words }) =>
      (status === 401 && (isEmpty || / Unauthorized$/.test(words))) ||
      (status === 403 && words.includes('insufficient permissions')),
    cause: () =>
      text(
        'The token lacks a scope for this resource, or api:oemr, which the standard API needs beside it.',
      ),
    fix: () =>
      text(
        'Compare granted and requested scopes, and request a token with the missing one from a client registered for it.',
      ),
  },
  {
    id: 'api.right-missing',
    applies: ({ status, isEmpty, words }) =>
      (status === 401 && isEmpty) || (status === 403 && words.includes('Organization policy')),
    cause: () => text('The user behind the token lacks the right (ACL) in OpenEMR.'),
    fix: () => text('Give the user the right under Admin > ACL, or sign in as another user.'),
  },
  {
    id: 'api.site-unknown',
    applies: ({ status, isEmpty, words }) =>
      status === 400 && (isEmpty || words.includes('api site error')),
    cause: () => text('This OpenEMR has no such site.'),
    fix: () =>
      text('Set the site to "default", unless your OpenEMR was set up with several sites.'),
  },
  {
    id: 'api.switched-off',
    applies: ({ status, words }) =>
      status === 501 || (status === 404 && words.includes('API is disabled')),
    cause: () => text('This API is switched off in OpenEMR, as it is by default.'),
    fix: () => text('In OpenEMR open Admin > Config > Connectors and enable this API.'),
  },
];
