// The frame of OpenEMR's pages: the menu with its real labels, and the mark of what is not real.
import { type Html, html, page } from '../html.ts';
import { type Answer, htmlAnswer } from '../oauth/answer.ts';
import type { CoreSession } from '../oauth/state.ts';
import { type AdminDeps, clientAction, paths } from './admin-deps.ts';

export interface AdminPage {
  readonly title: string;
  readonly body: Html;
  readonly message?: string | undefined;
  readonly status?: number;
}

export function adminPage(
  { title, body, message, status = 200 }: AdminPage,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  return htmlAnswer(
    page({
      title: `${title} - OpenEMR`,
      body: html`<header><strong>OpenEMR</strong>
<nav aria-label="Menu"><ul>
<li>Admin</li>
<li>Config: <a href="${paths.config}?mode=Connectors">Connectors</a></li>
<li>System: <a href="${paths.clients}">API Clients</a></li>
</ul></nav>
${deps.hasGuideMode && guideMenu}
<form method="post" action="${paths.logout}">${csrfField(session)}<button class="second" type="submit">Logout</button></form>
</header>
<main>
<h1>${title}</h1>
${message !== undefined && html`<p class="alert done" role="status">${message}</p>`}
${body}
</main>`,
    }),
    status,
  );
}

const guideMenu = html`<nav aria-label="Guide mode"><ul>
<li class="mark">Guide mode, not in real OpenEMR:</li>
<li><a href="${clientAction('guide-new')}">Register New Client</a></li>
<li><a href="${paths.config}?mode=Security">Globals: Security</a></li>
</ul></nav>`;

/** A frame around what the team's guides describe and OpenEMR does not have. */
export function guideBox(title: string, body: Html): Html {
  return html`<section class="guide" aria-label="${title}">
<h2>${title}</h2>
<p class="mark">Guide mode, not in real OpenEMR</p>
${body}
</section>`;
}

export function csrfField({ csrfToken }: CoreSession): Html {
  return html`<input type="hidden" name="csrf_token_form" value="${csrfToken}">`;
}

export interface Action {
  readonly url: string;
  readonly label: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** A button that changes something is a form of its own. */
export function actionButton({ url, label, values = {} }: Action, session: CoreSession): Html {
  const fields = Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="${url}">${csrfField(session)}${fields}<button type="submit">${label}</button></form>`;
}

export function checkBox(name: string, label: string, isChecked: boolean): Html {
  return html`<label class="check"><input type="checkbox" name="${name}" value="1"${isChecked && html` checked`}> ${label}</label>`;
}
