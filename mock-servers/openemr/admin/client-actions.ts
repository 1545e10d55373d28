// What the buttons of a client's page do.
import { html } from '../html.ts';
import { type Answer, type OAuthRequest, redirectAnswer } from '../oauth/answer.ts';
import { JwtParseError, parseJwt } from '../oauth/jwt.ts';
import { launchToken } from '../oauth/launch-token.ts';
import { type Client, type CoreSession, type OAuthState, trustKey } from '../oauth/state.ts';
import { type AdminDeps, clientAction } from './admin-deps.ts';
import { actionButton, adminPage, csrfField } from './admin-layout.ts';
import { clientPage } from './client-pages.ts';

export type ClientAction = (
  client: Client,
  request: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
) => Answer;

/** By the word after `?action=`; every one is a POST. */
export const clientActions: ReadonlyMap<string, ClientAction> = new Map<string, ClientAction>([
  ['enable', changed({ isEnabled: true }, 'Enabled Client')],
  ['disable', changed({ isEnabled: false }, 'Disabled Client')],
  ['toggle-skip', toggleSkip],
  ['revoke-user', revokeUser],
  ['revoke-token', revokeTokenOf],
  ['launch', launch],
]);

function changed(change: Partial<Client>, message: string): ClientAction {
  return (client, _request, session, deps) => {
    const next = { ...client, ...change };
    deps.state.clients.set(client.id, next);
    return clientPage(next, session, deps, `${message} ${client.name}`);
  };
}

function toggleSkip(
  client: Client,
  request: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  const change = { skipsEhrLaunchFlow: !client.skipsEhrLaunchFlow };
  return changed(change, 'Saved')(client, request, session, deps);
}

function revokeUser(
  client: Client,
  { form }: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  deps.state.trustedUsers.delete(trustKey(client.id, form.get('user') ?? ''));
  return clientPage(client, session, deps, 'Revoked User');
}

/** SMART App Launch: the application is opened with `iss` and `launch`. */
function launch(
  client: Client,
  { form }: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  const patient = deps.accounts.patientByUuid(form.get('patient') ?? '');
  if (!patient || client.launchUri === undefined || !URL.canParse(client.launchUri)) {
    return clientPage(client, session, deps);
  }
  const target = new URL(client.launchUri);
  target.searchParams.set('iss', `${deps.baseUrl()}/apis/default/fhir`);
  target.searchParams.set('launch', launchToken({ patient: patient.uuid }));
  return redirectAnswer(target.href);
}

function revokeTokenOf(
  client: Client,
  { form }: OAuthRequest,
  session: CoreSession,
  deps: AdminDeps,
): Answer {
  revokeToken(form.get('kind') ?? '', form.get('token') ?? '', deps.state);
  return clientPage(client, session, deps, 'Revoked Token');
}

function revokeToken(kind: string, id: string, state: OAuthState): void {
  if (kind === 'access') {
    const token = state.accessTokens.get(id);
    if (token) state.accessTokens.set(id, { ...token, isRevoked: true });
    return;
  }
  const token = [...state.refreshTokens.values()].find((known) => known.id === id);
  if (token) state.refreshTokens.set(token.value, { ...token, isRevoked: true });
}

/** Reads a pasted token; the form is a POST, so that no token gets into a URL. */
export function tokenTools(request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  const pasted = (request.form.get('token') ?? '').trim();
  const found = pasted === '' ? undefined : describeToken(pasted, deps);
  const body = html`<p><a class="button second" href="${clientAction('list')}">&lt; Back to Client List</a></p>
<form method="post" action="${clientAction('token-tools')}">${csrfField(session)}
<label for="token">Access token or refresh token</label>
<textarea id="token" name="token" rows="6" required></textarea>
<button type="submit">Parse Token</button></form>
${
  found &&
  html`<table><tbody>${Object.entries(found.fields).map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table>`
}
${
  found?.revoke &&
  actionButton(
    {
      url: clientAction('revoke-token', found.revoke.clientId),
      label: 'Revoke Token',
      values: { kind: found.revoke.kind, token: found.revoke.id },
    },
    session,
  )
}`;
  return adminPage({ title: 'Token Tools', body }, session, deps);
}

interface FoundToken {
  readonly fields: Readonly<Record<string, string>>;
  readonly revoke?: { readonly kind: string; readonly id: string; readonly clientId: string };
}

function describeToken(token: string, { state }: AdminDeps): FoundToken {
  const refresh = state.refreshTokens.get(token);
  if (refresh) {
    return {
      fields: {
        Client: refresh.clientId,
        User: refresh.userUuid,
        Revoked: refresh.isRevoked ? 'Yes' : 'No',
      },
      revoke: { kind: 'refresh', id: refresh.id, clientId: refresh.clientId },
    };
  }
  try {
    const { claims } = parseJwt(token);
    const known = state.accessTokens.get(String(claims['jti']));
    const fields = Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    return known
      ? { fields, revoke: { kind: 'access', id: known.jti, clientId: known.clientId } }
      : { fields };
  } catch (error) {
    if (!(error instanceof JwtParseError)) throw error;
    return { fields: { Error: error.message } };
  }
}
