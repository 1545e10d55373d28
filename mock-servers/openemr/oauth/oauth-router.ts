// /oauth2/{site}/...: matched by substring in this order (OpenEMR 7.0.3 oauth2/authorize.php:66-135,
// 7.0.4 OAuth2AuthorizationListener.php:124-196). The method is not looked at.
import { renderRefusal } from '../refusals.ts';
import { type Answer, emptyAnswer, jsonAnswer, type OAuthRequest } from './answer.ts';
import { PhpCrash } from './client-assertion.ts';
import type { OAuthDeps } from './deps.ts';
import { jwk, openidConfiguration } from './discovery.ts';
import { OAuthFailure, renderFailure } from './oauth-failure.ts';
import { register } from './registration.ts';
import { token } from './token-endpoint.ts';

type OAuthHandler = (request: OAuthRequest, deps: OAuthDeps) => Answer | Promise<Answer>;

const routes: readonly (readonly [string, OAuthHandler])[] = [
  ['/token', token],
  ['/openid-configuration', openidConfiguration],
  ['/jwk', jwk],
  ['/registration', register],
];

/** The only site of the mock; another one has no folder under `sites/`. */
export const knownSite = 'default';

export async function answerOAuth(request: OAuthRequest, deps: OAuthDeps): Promise<Answer> {
  try {
    return await route(request, deps);
  } catch (error) {
    if (error instanceof OAuthFailure) return renderFailure(error, request);
    if (error instanceof PhpCrash) return emptyAnswer(500);
    throw error;
  }
}

function route(request: OAuthRequest, deps: OAuthDeps): Answer | Promise<Answer> {
  if (request.method === 'OPTIONS') return emptyAnswer(200);
  if (request.site !== knownSite) return refuse('wrongSite', deps);
  const { rest_api, rest_fhir_api, rest_portal_api } = deps.settings();
  if (!rest_api && !rest_fhir_api && !rest_portal_api) return refuse('everyApiOff', deps);
  const handler = routes.find(([part]) => isPathOf(part, request.path, deps))?.[1];
  return handler ? handler(request, deps) : emptyAnswer(deps.profile.unknownOauthPathStatus);
}

function isPathOf(part: string, path: string, { profile }: OAuthDeps): boolean {
  const wanted =
    part === '/openid-configuration' && profile.discoveryNeedsWellKnown
      ? '/.well-known/openid-configuration'
      : part;
  return path.includes(wanted);
}

export function refuse(kind: 'wrongSite' | 'everyApiOff', { profile }: OAuthDeps): Answer {
  const { status, body } = renderRefusal({ kind, hint: undefined }, profile);
  return body ? jsonAnswer(body, { status }) : emptyAnswer(status);
}
