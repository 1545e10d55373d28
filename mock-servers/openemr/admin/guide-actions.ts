// Saving a client "as the guide describes", and its secret that is shown once.
import { html } from '../html.ts';
import { type Answer, type OAuthRequest, redirectAnswer } from '../oauth/answer.ts';
import type { Client, CoreSession } from '../oauth/state.ts';
import { newClient } from '../seeded-clients.ts';
import { type AdminDeps, clientAction, paths } from './admin-deps.ts';
import { adminPage, guideBox } from './admin-layout.ts';
import { type GuideValues, guideForm, guideValues, lines, noGuideValues } from './guide-form.ts';

const identifierPattern = /^[\w.-]{1,80}$/;

export function showGuideForm(
  request: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  if (!deps.hasGuideMode) return redirectAnswer(paths.clients);
  const values = request.method === 'POST' ? guideValues(request.form) : noGuideValues;
  if (request.form.has('generate')) {
    return formPage({ ...values, secret: newSecret(deps) }, session, deps);
  }
  if (!request.form.has('save')) return formPage(values, session, deps);
  const problem = problemOf(values, deps);
  if (problem !== undefined) return formPage(values, session, deps, problem);
  return saveNew(values, session, deps);
}

function formPage(
  values: GuideValues,
  session: CoreSession,
  deps: AdminDeps,
  problem?: string,
): Answer {
  const body = guideForm(values, session, problem);
  return adminPage({ title: 'Register New Client', body }, session, deps);
}

function problemOf({ name, identifier }: GuideValues, { state }: AdminDeps): string | undefined {
  if (name === '') return 'Client Name is missing: give the client a name.';
  if (!identifierPattern.test(identifier)) {
    return 'Client Identifier is not usable: write 1 to 80 letters, digits, dots, hyphens or underscores.';
  }
  if (state.clients.has(identifier)) {
    return 'Client Identifier is taken: choose another one, or edit the existing client.';
  }
  return undefined;
}

function saveNew(values: GuideValues, session: CoreSession, deps: AdminDeps): Answer {
  const secret = values.isConfidential ? values.secret || newSecret(deps) : undefined;
  const client = newClient(
    {
      client_id: values.identifier,
      client_secret: secret,
      client_name: values.name,
      redirect_uris: lines(values.redirectUris),
      scope: values.scopes.join(' '),
      guide_grants: values.grants,
    },
    deps.context,
  );
  deps.state.clients.set(client.id, client);
  return secretPage(client, session, deps);
}

/** Changes what is ticked; an unticked grant or scope answers as real OpenEMR again. */
export function saveTicks(
  client: Client,
  request: OAuthRequest,
  _session: CoreSession,
  deps: AdminDeps,
): Answer {
  const { grants, scopes } = guideValues(request.form);
  deps.state.clients.set(client.id, { ...client, scopes, guide: { grants } });
  return redirectAnswer(clientAction('edit', client.id));
}

export function regenerateSecret(
  client: Client,
  _request: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  const next = { ...client, secret: newSecret(deps) };
  deps.state.clients.set(client.id, next);
  return secretPage(next, session, deps);
}

function secretPage(client: Client, session: CoreSession, deps: AdminDeps): Answer {
  const body = guideBox(
    'Client Secret',
    html`<table><tbody>
<tr><th scope="row">Client Identifier</th><td><code id="client-id">${client.id}</code></td></tr>
${client.secret !== undefined && html`<tr><th scope="row">Client Secret</th><td><code id="client-secret">${client.secret}</code></td></tr>`}
</tbody></table>
<p>Copy the secret now: it is shown once.</p>
<p><a class="button" href="${clientAction('edit', client.id)}">Edit</a> <a class="button second" href="${paths.clients}">&lt; Back to Client List</a></p>`,
  );
  const message = `Saved ${client.name}`;
  const answer = adminPage({ title: client.name, body, message }, session, deps);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

/** In the form of note 000's example. */
function newSecret({ context }: AdminDeps): string {
  return context.randomBytes(16).toString('hex');
}
