import type { Answer, OAuthRequest } from '../oauth/answer.ts';
import type { OAuthDeps } from '../oauth/deps.ts';
import type { CoreSession } from '../oauth/state.ts';
import type { Settings } from '../settings.ts';

export interface AdminDeps extends OAuthDeps {
  changeSettings(change: Partial<Settings>): void;
}

/** A page for a user who is signed in; a POST has passed its CSRF check. */
export type AdminHandler = (request: OAuthRequest, session: CoreSession, deps: AdminDeps) => Answer;

export const paths = {
  login: '/interface/login/login.php',
  signIn: '/interface/main/main_screen.php',
  main: '/interface/main/tabs/main.php',
  logout: '/interface/logout.php',
  clients: '/interface/smart/admin-client.php',
  registerApp: '/interface/smart/register-app.php',
  config: '/interface/super/edit_globals.php',
} as const;

/** `?action=edit/{id}` as OpenEMR's ClientAdminController writes it. */
export function clientAction(action: string, id = ''): string {
  return `${paths.clients}?action=${action}${id && `/${encodeURIComponent(id)}`}`;
}
