// Turns a refused token request into causes, most likely first. The rules are in explain-rules.ts.
import type { Finding } from '../finding.ts';
import { HttpError } from '../http-error.ts';
import { text } from '../text.ts';
import type { ClientAuth } from './client-auth.ts';
import { explainEndpoint } from './explain-endpoint.ts';
import { type Refusal, tokenRules } from './explain-rules.ts';
import type { GrantKind } from './grants.ts';
import { OAuthError } from './oauth-error.ts';

/** What was asked, without any secret. */
export interface TokenContext {
  readonly grant: GrantKind;
  readonly clientAuth: ClientAuth['kind'];
  readonly tokenEndpoint: string;
  readonly scopes: readonly string[];
}

/** @returns no finding for an error that says everything itself, such as a refused connection */
export function explainTokenError(error: unknown, context: TokenContext): readonly Finding[] {
  if (!(error instanceof OAuthError)) return explainEndpoint(error, context);
  const refusal: Refusal = {
    ...context,
    status: error.status,
    error: error.error,
    description: error.description ?? '',
    hint: error.hint ?? '',
  };
  const evidence = evidenceOf(error);
  return tokenRules
    .filter(({ applies }) => applies(refusal))
    .map(({ id, cause, fix }) => ({ id, cause: cause(refusal), evidence, fix: fix(refusal) }));
}

export function evidenceOf(error: OAuthError | HttpError): Finding['evidence'] {
  const { url, status } = error;
  if (error instanceof HttpError) {
    return text('{url} answered with status {status}.', { url, status });
  }
  const reason = [error.error, error.hint].filter((part) => part).join(' / ');
  return text('{url} answered with status {status}: {reason}.', { url, status, reason });
}
