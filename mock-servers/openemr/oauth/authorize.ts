// GET /oauth2/{site}/authorize. Order: response_type and client_id, aud, launch, challenge method, client,
// redirect_uri, scopes, challenge format (CustomAuthCodeGrant, then league AuthCodeGrant).
import { type Answer, htmlAnswer, type OAuthRequest, redirectAnswer } from './answer.ts';
import { type OAuthDeps, oauthUrl } from './deps.ts';
import { contextOfLaunch } from './launch-token.ts';
import { completeAuthorization, coreUserUuid, startSession } from './login-session.ts';
import { invalidClient, invalidRequest, unsupportedGrant } from './oauth-failure.ts';
import { autosubmitPage } from './pages.ts';
import type { PhpForm } from './php-form.ts';
import { isRedirectUriOf } from './redirect-uri.ts';
import { grantRules, requestableScopes, splitScopes } from './scopes.ts';
import type { Client, LoginSession, TokenContext } from './state.ts';

/** RFC 7636 4.2 */
const challengePattern = /^[A-Za-z0-9\-._~]{43,128}$/;

type NewSession = Omit<LoginSession, 'id' | 'csrfToken' | 'userUuid' | 'isPatient'>;

export function authorize(request: OAuthRequest, deps: OAuthDeps): Answer {
  // OpenEMR 7.0.4: SMART's authorize-post.
  const query = request.method === 'POST' ? request.form : request.query;
  const clientId = query.get('client_id');
  if (query.get('response_type') !== 'code' || clientId === undefined) throw unsupportedGrant();
  const context = requireAudience(query, request, deps);
  const codeChallenge = requireChallengeMethod(query);
  const client = deps.state.clients.get(clientId);
  if (!client) throw invalidClient();
  const redirectUri = requireRedirectUri(query, client);
  const scopes = requestScopes(query, client, redirectUri, deps);
  requireChallenge(codeChallenge, client);
  if (!client.isEnabled) request.note('oauth.client-disabled', { clientId: client.id });
  if (!query.get('state')) request.note('oauth.session-lost', { problem: 'no-state' });

  const session: NewSession = {
    clientId,
    redirectUri: query.get('redirect_uri'),
    state: query.get('state'),
    scopes,
    codeChallenge,
    nonce: query.get('nonce') || undefined,
    context,
  };
  const isSkipped =
    context.isEhrLaunch &&
    client.skipsEhrLaunchFlow &&
    deps.settings().oauth_ehr_launch_authorization_flow_skip;
  return (
    (isSkipped && skipLogin(session, request, client, deps)) || toLogin(session, request, deps)
  );
}

function toLogin(session: NewSession, { site }: OAuthRequest, deps: OAuthDeps): Answer {
  const cookie = startSession(session, deps);
  // OpenEMR AC:582: 301, and a path without host.
  return { ...redirectAnswer(`/oauth2/${site}/provider/login`, 301), cookies: [cookie] };
}

/** A user who is signed in to OpenEMR itself needs neither login nor consent. */
function skipLogin(
  session: NewSession,
  request: OAuthRequest,
  client: Client,
  deps: OAuthDeps,
): Answer | undefined {
  if (request.query.get('autosubmit') !== '1') {
    return htmlAnswer(
      autosubmitPage(`${oauthUrl(deps, request.site)}/authorize`, request.rawQuery),
    );
  }
  const userUuid = coreUserUuid(request, deps);
  if (userUuid === undefined) return undefined;
  const scopes = session.scopes.filter((scope) => client.scopes.includes(scope));
  return completeAuthorization({ ...session, scopes, userUuid }, true, deps);
}

/** Sent at all, `aud` must be one of ours; with `launch` it must be sent. */
function requireAudience(query: PhpForm, { site }: OAuthRequest, deps: OAuthDeps): TokenContext {
  const aud = query.get('aud') ?? '';
  const launch = query.get('launch') ?? '';
  const apis = `${deps.baseUrl()}/apis/${site}`;
  const isOurs = [`${apis}/fhir`, `${apis}/api`, `${apis}/portal`].includes(aud);
  if ((aud !== '' || launch !== '') && !isOurs) {
    throw invalidRequest('Aud parameter did not match authorized server');
  }
  if (launch === '') return {};
  const context = contextOfLaunch(launch);
  if (context) return context;
  throw invalidRequest(
    'launch parameter was incorrectly formatted or did not originate from this server',
  );
}

/** SMART forbids `plain`, which is what a missing method means. */
function requireChallengeMethod(query: PhpForm): string | undefined {
  const challenge = query.get('code_challenge');
  if (challenge !== undefined && query.get('code_challenge_method') !== 'S256') {
    throw invalidRequest('Code challenge method must be one of `S256`');
  }
  return challenge;
}

function requireRedirectUri(query: PhpForm, client: Client): string {
  const redirectUri = query.get('redirect_uri');
  const [only = '', ...others] = client.redirectUris;
  const isGood =
    redirectUri === undefined
      ? only !== '' && others.length === 0
      : isRedirectUriOf(redirectUri, client);
  if (!isGood) throw invalidClient();
  return redirectUri ?? only;
}

/** Only a bad scope goes back to the application. */
function requestScopes(
  query: PhpForm,
  client: Client,
  redirectUri: string,
  deps: OAuthDeps,
): readonly string[] {
  const requested = splitScopes(query.get('scope') ?? '');
  const rules = { ...grantRules(deps), redirectUri };
  return requestableScopes(requested, client, 'authorization_code', rules);
}

function requireChallenge(challenge: string | undefined, client: Client): void {
  if (challenge !== undefined) {
    if (challengePattern.test(challenge)) return;
    throw invalidRequest('Code challenge must follow the specifications of RFC-7636.');
  }
  if (!client.isConfidential) {
    throw invalidRequest('Code challenge must be provided for public clients');
  }
}
