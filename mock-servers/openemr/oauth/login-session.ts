// The browser's session from /authorize to the code, in cookie `authserverOpenEMR`.
import { timingSafeEqual } from 'node:crypto';
import { type Answer, type OAuthRequest, redirectAnswer } from './answer.ts';
import type { OAuthDeps } from './deps.ts';
import { bound, type LoginSession } from './state.ts';
import { lifetimeMs, opaque } from './tokens.ts';
import { trustUser } from './trusted-users.ts';

export const sessionCookie = 'authserverOpenEMR';
/** Of a user signed in to OpenEMR itself, on its own pages. */
export const coreCookie = 'OpenEMR';

type NewSession = Omit<LoginSession, 'id' | 'csrfToken' | 'userUuid' | 'isPatient'>;

/** @returns the cookie to set */
export function startSession(session: NewSession, deps: OAuthDeps): string {
  const id = deps.context.randomBytes(24).toString('base64url');
  const csrfToken = deps.context.randomBytes(24).toString('base64url');
  deps.state.sessions.set(id, {
    ...session,
    id,
    csrfToken,
    userUuid: undefined,
    isPatient: false,
  });
  bound(deps.state.sessions, 5000);
  return cookieText(sessionCookie, id, '/oauth2/', deps);
}

export function cookieText(name: string, value: string, path: string, deps: OAuthDeps): string {
  const isHttps = deps.baseUrl().startsWith('https:');
  const rules = isHttps ? 'SameSite=None; Secure' : 'SameSite=Lax';
  return `${name}=${value}; Path=${path}; HttpOnly; ${rules}`;
}

export function sessionOf(request: OAuthRequest, { state }: OAuthDeps): LoginSession | undefined {
  return state.sessions.get(request.cookie(sessionCookie) ?? '');
}

export function changeSession(
  session: LoginSession,
  changes: Partial<LoginSession>,
  { state }: OAuthDeps,
): LoginSession {
  const changed = { ...session, ...changes };
  state.sessions.set(session.id, changed);
  return changed;
}

export function isCsrfToken(sent: string | undefined, session: { csrfToken: string }): boolean {
  const own = Buffer.from(session.csrfToken);
  const given = Buffer.from(sent ?? '');
  return given.length === own.length && timingSafeEqual(given, own);
}

export function coreUserUuid(request: OAuthRequest, { state }: OAuthDeps): string | undefined {
  return state.coreSessions.get(request.cookie(coreCookie) ?? '')?.userUuid;
}

/**
 * Issues the code and sends the browser back to the application.
 *
 * @param isSaved - without `proceed` OpenEMR issues a code that /token then does not know
 */
export function completeAuthorization(
  session: NewSession & { readonly userUuid: string },
  isSaved: boolean,
  deps: OAuthDeps,
): Answer {
  const { clientId, userUuid, scopes, redirectUri, state, codeChallenge } = session;
  const code = opaque(JSON.stringify(session), deps);
  if (isSaved) {
    const expiresAtMs = deps.context.clock.now() + lifetimeMs.authCode;
    trustUser(
      {
        clientId,
        userUuid,
        code,
        authCode: { clientId, redirectUri, userUuid, scopes, codeChallenge, expiresAtMs },
        hasState: Boolean(state),
        nonce: session.nonce,
        context: session.context,
      },
      deps,
    );
  }
  const target = redirectUri ?? deps.state.clients.get(clientId)?.redirectUris[0] ?? '';
  const query = new URLSearchParams({ code, ...(state !== undefined && { state }) });
  return redirectAnswer(`${target}${target.includes('?') ? '&' : '?'}${query}`);
}
