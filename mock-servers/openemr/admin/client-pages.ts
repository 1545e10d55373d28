// Admin > System > API Clients: "Client Registrations" and the page of one client, with the real labels
// (interface/smart/admin-client.php, src/FHIR/SMART/ClientAdminController.php).
import { type Html, html } from '../html.ts';
import { type Answer, type OAuthRequest, redirectAnswer } from '../oauth/answer.ts';
import type { AccessToken, Client, CoreSession, RefreshToken } from '../oauth/state.ts';
import { type AdminDeps, clientAction, paths } from './admin-deps.ts';
import { actionButton, adminPage, csrfField, guideBox } from './admin-layout.ts';
import { guideSection } from './guide-form.ts';

export function clientList(_request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  // OpenEMR: enabled ones first, newest first.
  const clients = [...deps.state.clients.values()].sort(
    (a, b) => Number(b.isEnabled) - Number(a.isEnabled) || b.registeredAtMs - a.registeredAtMs,
  );
  const body = html`<p>
<a class="button" href="${clientAction('token-tools')}">Token Tools</a>
<a class="button" href="${paths.registerApp}">Register New App</a>
<a class="button" href="${clientAction('external-cdr')}">External CDR</a></p>
${
  deps.hasGuideMode &&
  guideBox(
    'Register New Client',
    html`<p><a class="button" href="${clientAction('guide-new')}">Register New Client</a></p>`,
  )
}
${clients.length === 0 ? html`<p>There are no clients registered in the system</p>` : clientTable(clients)}`;
  return adminPage({ title: 'Client Registrations', body }, session, deps);
}

function clientTable(clients: readonly Client[]): Html {
  return html`<table>
<thead><tr><th>Edit</th><th>Client Name / Client ID</th><th>Enabled</th><th>Client Type</th><th>DSI Type</th><th>Scopes Requested</th></tr></thead>
<tbody>${clients.map(
    (client) => html`<tr>
<td><a href="${clientAction('edit', client.id)}">Edit</a></td>
<td>${client.name}<br><code>${client.id}</code></td>
<td>${client.isEnabled ? 'Enabled' : 'Disabled'}</td>
<td>${client.isConfidential ? 'Confidential' : 'Public'}</td>
<td>${client.dsiType}</td>
<td>${client.scopes.join(' ')}</td></tr>`,
  )}</tbody></table>`;
}

export function clientPage(
  client: Client,
  session: CoreSession,
  deps: AdminDeps,
  message?: string,
): Answer {
  const body = html`<p><a class="button second" href="${paths.clients}">&lt; Back to Client List</a></p>
${!client.isEnabled && html`<p class="alert">This client is currently disabled</p>`}
${actionButton(
  client.isEnabled
    ? { url: clientAction('disable', client.id), label: 'Disable Client' }
    : { url: clientAction('enable', client.id), label: 'Enable Client' },
  session,
)}
${deps.settings().oauth_ehr_launch_authorization_flow_skip && skipButton(client, session)}
<table><tbody>${fieldsOf(client, deps).map(
    ([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`,
  )}</tbody></table>
<h2>Scopes</h2><ul class="columns">${client.scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
${deps.hasGuideMode && client.guide && guideSection(client, session)}
${client.launchUri !== undefined && launchSection(client, session, deps)}
<h2>Authenticated API Users</h2>${usersOf(client, session, deps)}`;
  return adminPage({ title: `Edit ${client.name}`, body, message }, session, deps);
}

/** In OpenEMR the button stands in a patient's chart; the mock has no charts. */
function launchSection(client: Client, session: CoreSession, deps: AdminDeps): Html {
  return html`<section class="guide" aria-label="EHR launch"><h2>EHR launch</h2>
<p class="mark">Mock only: in OpenEMR the application stands in the patient's chart.</p>
<form method="post" action="${clientAction('launch', client.id)}">${csrfField(session)}
<label for="launch_patient">Patient</label><select id="launch_patient" name="patient">${deps.accounts
    .searchPatients('', 50)
    .map(
      ({ uuid, firstName, lastName }) =>
        html`<option value="${uuid}">${lastName}, ${firstName}</option>`,
    )}</select>
<button type="submit">Launch</button></form></section>`;
}

function skipButton(client: Client, session: CoreSession): Html {
  const verb = client.skipsEhrLaunchFlow ? 'Enable' : 'Disable';
  const label = `${verb} EHR Launch Authorization Flow`;
  return actionButton({ url: clientAction('toggle-skip', client.id), label }, session);
}

function fieldsOf(client: Client, { profile }: AdminDeps): readonly (readonly [string, string])[] {
  const yes = (value: boolean): string => (value ? 'Yes' : 'No');
  return [
    ['Identifier', client.id],
    ['Name', client.name],
    ['Contacts', client.contacts.join('|')],
    [
      'Date Registered',
      new Date(client.registeredAtMs).toISOString().slice(0, 19).replace('T', ' '),
    ],
    ['Is Confidential', yes(client.isConfidential)],
    ['Is Enabled', yes(client.isEnabled)],
    ['Skip EHR Launch Authorization Flow', yes(client.skipsEhrLaunchFlow)],
    ['Decision Support Intervention Type', client.dsiType],
    ['Role', client.role],
    ['Redirect URI', client.redirectUris.join('|')],
    ['Launch URI', client.launchUri ?? ''],
    ['JSON Web Key Set URI', client.jwksUri ?? ''],
    ['JSON Web Key Set', client.jwks ? JSON.stringify(client.jwks) : ''],
    ...(profile.storesGrantTypes ? [['Grant Types', client.grantTypes.join(' ')] as const] : []),
  ];
}

function usersOf(client: Client, session: CoreSession, deps: AdminDeps): Html {
  const trusted = [...deps.state.trustedUsers.values()].filter(
    ({ clientId }) => clientId === client.id,
  );
  if (trusted.length === 0) return html`<p>There are no authenticated API users.</p>`;
  return html`${trusted.map(({ userUuid }) => userSection(userUuid, client, session, deps))}`;
}

function userSection(
  userUuid: string,
  client: Client,
  session: CoreSession,
  deps: AdminDeps,
): Html {
  const isOfUser = (token: AccessToken | RefreshToken): boolean =>
    token.clientId === client.id && token.userUuid === userUuid;
  const access = [...deps.state.accessTokens.values()].filter(isOfUser);
  const refresh = [...deps.state.refreshTokens.values()].filter(isOfUser);
  const name =
    deps.accounts.staffByUuid(userUuid)?.username ??
    deps.accounts.patientByUuid(userUuid)?.username;
  const url = clientAction('revoke-user', client.id);
  return html`<h3>${name ?? userUuid}</h3>
${actionButton({ url, label: 'Revoke User', values: { user: userUuid } }, session)}
<h4>Access Tokens</h4>${tokenTable(
    access.map((token) => ({ ...token, id: token.jti })),
    'access',
    client,
    session,
  )}
<h4>Refresh Tokens</h4>${tokenTable(refresh, 'refresh', client, session)}`;
}

interface ShownToken {
  readonly id: string;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
  readonly scopes: readonly string[];
}

function tokenTable(
  tokens: readonly ShownToken[],
  kind: 'access' | 'refresh',
  client: Client,
  session: CoreSession,
): Html {
  if (tokens.length === 0) return html`<p>None.</p>`;
  const url = clientAction('revoke-token', client.id);
  return html`<table><thead><tr><th>Token ID</th><th>Expiry</th><th>Revoked</th><th>Scopes</th><th></th></tr></thead>
<tbody>${tokens.map(
    (token) => html`<tr><td><code>${token.id}</code></td>
<td>${new Date(token.expiresAtMs).toISOString().slice(0, 19).replace('T', ' ')}</td>
<td>${token.isRevoked ? 'Yes' : 'No'}</td><td>${token.scopes.join(' ')}</td>
<td>${!token.isRevoked && actionButton({ url, label: 'Revoke Token', values: { kind, token: token.id } }, session)}</td></tr>`,
  )}</tbody></table>`;
}

export function unknownClient(): Answer {
  return redirectAnswer(paths.clients);
}
