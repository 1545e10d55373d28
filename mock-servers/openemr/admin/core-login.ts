// Signing in to OpenEMR itself; on the mock as admin / pass.
import { html, page } from '../html.ts';
import { type Answer, htmlAnswer, type OAuthRequest, redirectAnswer } from '../oauth/answer.ts';
import { cookieText, coreCookie } from '../oauth/login-session.ts';
import { bound, type CoreSession } from '../oauth/state.ts';
import { type AdminDeps, paths } from './admin-deps.ts';
import { adminPage } from './admin-layout.ts';

export function coreSession(request: OAuthRequest, { state }: AdminDeps): CoreSession | undefined {
  return state.coreSessions.get(request.cookie(coreCookie) ?? '');
}

export function loginForm(_request: OAuthRequest, _deps: AdminDeps, error = ''): Answer {
  return htmlAnswer(
    page({
      title: 'OpenEMR Login',
      body: html`<main class="narrow"><h1>OpenEMR</h1>
<form method="post" action="${paths.signIn}?auth=login&amp;site=default">
${error !== '' && html`<p class="alert" role="alert">${error}</p>`}
<label for="authUser">Username</label><input id="authUser" name="authUser" autocomplete="username" required>
<label for="clearPass">Password</label><input id="clearPass" name="clearPass" type="password" autocomplete="current-password" required>
<button type="submit">Login</button>
</form>
<p><a href="${paths.registerApp}">Register New App</a></p></main>`,
    }),
  );
}

export function signIn(request: OAuthRequest, deps: AdminDeps): Answer {
  const { form } = request;
  const user = deps.accounts.staffByLogin(form.get('authUser') ?? '', form.get('clearPass') ?? '');
  if (!user) return loginForm(request, deps, 'Invalid username or password');
  const random = (): string => deps.context.randomBytes(24).toString('base64url');
  const session = { id: random(), csrfToken: random(), userUuid: user.uuid };
  deps.state.coreSessions.set(session.id, session);
  bound(deps.state.coreSessions, 5000);
  return {
    ...redirectAnswer(paths.main),
    cookies: [cookieText(coreCookie, session.id, '/', deps)],
  };
}

export function signOut(_request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  deps.state.coreSessions.delete(session.id);
  return redirectAnswer(`${paths.login}?site=default`);
}

export function mainScreen(_request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  const user = deps.accounts.staffByUuid(session.userUuid);
  const body = html`<p>Signed in as ${user?.username ?? ''}.</p>
<ul>
<li><a href="${paths.clients}">Admin &gt; System &gt; API Clients</a></li>
<li><a href="${paths.config}?mode=Connectors">Admin &gt; Config &gt; Connectors</a></li>
</ul>`;
  return adminPage({ title: `OpenEMR ${deps.profile.version} (mock)`, body }, session, deps);
}
