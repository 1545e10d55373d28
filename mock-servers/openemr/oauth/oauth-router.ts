// /oauth2/{site}/...: matched by substring in this order (OpenEMR 7.0.3 oauth2/authorize.php:66-135,
// 7.0.4 OAuth2AuthorizationListener.php:124-196). The method is not looked at.
import { renderRefusal } from '../refusals.ts';
import { type Answer, emptyAnswer, jsonAnswer, type OAuthRequest } from './answer.ts';
import { authorize } from './authorize.ts';
import { PhpCrash } from './client-assertion.ts';
import { clientCredentials } from './client-auth.ts';
import { clientDetails } from './client-details.ts';
import type { OAuthDeps } from './deps.ts';
import { autosubmit, jwk, openidConfiguration, smartStyle } from './discovery.ts';
import { noteFailure } from './failure-notes.ts';
import { introspect } from './introspection.ts';
import { approve, confirmPatient, consent, login, selectPatient } from './login.ts';
import { logout } from './logout.ts';
import { OAuthFailure, renderFailure } from './oauth-failure.ts';
import { register } from './registration.ts';
import { token } from './token-endpoint.ts';

type OAuthHandler = (request: OAuthRequest, deps: OAuthDeps) => Answer | Promise<Answer>;

const routes: readonly (readonly [string, OAuthHandler])[] = [
  ['/token', token],
  ['/openid-configuration', openidConfiguration],
  ['/authorize', authorize],
  ['/device/code', approve],
  ['/jwk', jwk],
  ['/login', login],
  ['/smart/patient-select-confirm', confirmPatient],
  ['/smart/patient-select', selectPatient],
  ['/smart/patient-search', selectPatient],
  ['/smart/ehr-launch-autosubmit', autosubmit],
  ['/smart/smart-style', smartStyle],
  ['/scope-authorize-confirm', consent],
  ['/registration', register],
  ['/client/', clientDetails],
  ['/logout', logout],
  ['/introspect', introspect],
];

/** The only site of the mock; another one has no folder under `sites/`. */
export const knownSite = 'default';

export async function answerOAuth(received: OAuthRequest, deps: OAuthDeps): Promise<Answer> {
  let isNoted = false;
  const noted: OAuthRequest = {
    ...received,
    note: (key, args) => {
      isNoted = true;
      received.note(key, args);
    },
  };
  const request = guidePath(noted, deps);
  try {
    return await route(request, deps);
  } catch (error) {
    if (error instanceof PhpCrash) return emptyAnswer(500);
    if (!(error instanceof OAuthFailure)) throw error;
    if (!isNoted) noteFailure(error, request);
    return renderFailure(error, request);
  }
}

function route(request: OAuthRequest, deps: OAuthDeps): Answer | Promise<Answer> {
  if (request.method === 'OPTIONS') return emptyAnswer(200);
  if (request.site !== knownSite) {
    const isEndpoint = request.path === '' && /^(?:token|authorize)$/.test(request.site);
    request.note(isEndpoint ? 'oauth.path-without-site' : 'oauth.site-unknown');
    return refuse('wrongSite', deps);
  }
  const { rest_api, rest_fhir_api, rest_portal_api } = deps.settings();
  if (!rest_api && !rest_fhir_api && !rest_portal_api) {
    request.note('oauth.apis-switched-off');
    return refuse('everyApiOff', deps);
  }
  const handler = routes.find(([part]) => isPathOf(part, request.path, deps))?.[1];
  return handler ? handler(request, deps) : emptyAnswer(deps.profile.unknownOauthPathStatus);
}

/**
 * Note 002 writes `/oauth2/authorize` and `/oauth2/token` without the site, which real OpenEMR takes for
 * the name of a site. They work for a client "as the guide describes" alone.
 */
function guidePath(request: OAuthRequest, deps: OAuthDeps): OAuthRequest {
  const { site, path, query } = request;
  if (!deps.hasGuideMode || path !== '' || (site !== 'token' && site !== 'authorize')) {
    return request;
  }
  const id = clientCredentials(request)?.id ?? query.get('client_id') ?? '';
  if (!deps.state.clients.get(id)?.guide) return request;
  request.note('guide.path-without-site', { path: `/${site}` });
  return { ...request, site: knownSite, path: `/${site}` };
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
