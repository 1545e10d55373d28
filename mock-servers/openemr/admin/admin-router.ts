// OpenEMR's own pages: login, menu, API Clients, Connectors, app registration.
import { html } from '../html.ts';
import { type Answer, emptyAnswer, type OAuthRequest, redirectAnswer } from '../oauth/answer.ts';
import { isCsrfToken } from '../oauth/login-session.ts';
import type { CoreSession } from '../oauth/state.ts';
import { type AdminDeps, type AdminHandler, paths } from './admin-deps.ts';
import { adminPage } from './admin-layout.ts';
import { clientActions, tokenTools } from './client-actions.ts';
import { clientList, clientPage, unknownClient } from './client-pages.ts';
import { config } from './config-pages.ts';
import { coreSession, loginForm, mainScreen, signIn, signOut } from './core-login.ts';
import { regenerateSecret, saveTicks, showGuideForm } from './guide-actions.ts';
import { registerApp } from './register-app.ts';

type OpenHandler = (request: OAuthRequest, deps: AdminDeps) => Answer;

const openPages: ReadonlyMap<string, OpenHandler> = new Map<string, OpenHandler>([
  ['/', () => redirectAnswer(`${paths.login}?site=default`)],
  ['/index.php', () => redirectAnswer(`${paths.login}?site=default`)],
  [paths.login, (request, deps) => loginForm(request, deps)],
  [paths.signIn, signIn],
  [paths.registerApp, registerApp],
]);

const pages: ReadonlyMap<string, AdminHandler> = new Map<string, AdminHandler>([
  [paths.main, mainScreen],
  [paths.logout, signOut],
  [paths.clients, clientRoute],
  [paths.config, config],
]);

const guideActions: typeof clientActions = new Map([
  ['guide-save', saveTicks],
  ['guide-secret', regenerateSecret],
]);

/** Undefined for a path that is none of ours. */
export function answerAdmin(request: OAuthRequest, deps: AdminDeps): Answer | undefined {
  const open = openPages.get(request.path);
  if (open) return open(request, deps);
  const page = pages.get(request.path);
  if (!page) return undefined;
  const session = coreSession(request, deps);
  if (!session) return redirectAnswer(`${paths.login}?site=default`);
  if (request.method !== 'POST') return page(request, session, deps);
  if (!isCsrfToken(request.form.get('csrf_token_form'), session)) return emptyAnswer(403);
  const answer = page(request, session, deps);
  deps.keep();
  return answer;
}

function clientRoute(request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  const [action = '', encoded = ''] = (request.query.get('action') ?? 'list').split('/', 2);
  const general = generalPages.get(action);
  if (general) return general(request, session, deps);
  const client = deps.state.clients.get(encoded);
  if (!client) return unknownClient();
  const isGuide = deps.hasGuideMode && client.guide !== undefined;
  const act = clientActions.get(action) ?? (isGuide ? guideActions.get(action) : undefined);
  return act && request.method === 'POST'
    ? act(client, request, session, deps)
    : clientPage(client, session, deps);
}

const generalPages: ReadonlyMap<string, AdminHandler> = new Map<string, AdminHandler>([
  ['list', clientList],
  ['', clientList],
  ['token-tools', tokenTools],
  ['external-cdr', externalCdr],
  ['guide-new', showGuideForm],
]);

/** Clients that take part in decision support (7.0.3 and later). */
function externalCdr(_request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  const clients = [...deps.state.clients.values()].filter(({ dsiType }) => dsiType !== 'none');
  const body = html`${clients.length === 0 && html`<p>There are no clients registered in the system</p>`}
<ul>${clients.map(({ name, dsiType }) => html`<li>${name}: ${dsiType}</li>`)}</ul>`;
  return adminPage({ title: 'External CDR', body }, session, deps);
}
