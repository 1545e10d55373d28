// "App Registration Form" (interface/smart/register-app.php), reachable without a login. What it sends is
// an ordinary registration, answered by the same code.
import { isRecord, parseJson } from '#core/guards.ts';
import { type Html, html, page } from '../html.ts';
import { type Answer, htmlAnswer, type OAuthRequest } from '../oauth/answer.ts';
import { OAuthFailure } from '../oauth/oauth-failure.ts';
import { register } from '../oauth/registration.ts';
import { scopesSupported } from '../oauth/scopes.ts';
import { type AdminDeps, paths } from './admin-deps.ts';
import { checkBox } from './admin-layout.ts';

const contexts = [
  'Single Patient Application',
  'Multiple Patients Application',
  'Multipurpose Application',
  'System Client Application',
] as const;

export function registerApp(request: OAuthRequest, deps: AdminDeps): Answer {
  return htmlAnswer(
    page({
      title: 'App Registration Form',
      body: html`<main><h1>App Registration Form</h1>
${request.method === 'POST' && outcome(request, deps)}
<form method="post" action="${paths.registerApp}">
<fieldset><legend>Application Type</legend>
${radio('application_type', 'private', 'Confidential', true)}${radio('application_type', 'public', 'Public', false)}</fieldset>
<fieldset><legend>Application Context</legend>
${contexts.map((context, index) => radio('application_context', context, context, index === 0))}</fieldset>
${[
  field('client_name', 'App Name'),
  field('contacts', 'Contact Email'),
  field('redirect_uris', 'App Redirect URI'),
  field('initiate_login_uri', 'App Launch URI'),
  field('post_logout_redirect_uris', 'App Logout URI'),
]}
<fieldset><legend>Scopes Requested</legend><div class="columns">
${scopesSupported({ profile: deps.profile, settings: deps.settings() }).map((scope) =>
  checkBox(`scope[${scope}]`, scope, scope === 'openid'),
)}</div></fieldset>
${field('jwks_uri', 'JSON Web Key Set URI')}
<label for="jwks">JSON Web Key Set (Note a hosted web URI is preferred)</label><textarea id="jwks" name="jwks" rows="4"></textarea>
<label for="dsi_type">Decision Support Intervention</label>
<select id="dsi_type" name="dsi_type"><option>none</option><option>evidence</option><option>predictive</option></select>
<button type="submit">Submit</button></form></main>`,
    }),
  );
}

function field(name: string, label: string): Html {
  return html`<label for="${name}">${label}</label><input id="${name}" name="${name}">`;
}

function radio(name: string, value: string, label: string, isChecked: boolean): Html {
  return html`<label class="check"><input type="radio" name="${name}" value="${value}"${isChecked && html` checked`}> ${label}</label>`;
}

function outcome(request: OAuthRequest, deps: AdminDeps): Html {
  try {
    const answer = register(registration(request), deps);
    const sent = parseJson(answer.body);
    const { client_id, client_secret } = isRecord(sent) ? sent : {};
    return html`<section class="guide" role="status"><table><tbody>
<tr><th scope="row">Client APP ID:</th><td><code id="client-id">${String(client_id)}</code></td></tr>
<tr><th scope="row">Client Secret APP ID:</th><td><code id="client-secret">${String(client_secret)}</code></td></tr>
</tbody></table></section>`;
  } catch (error) {
    if (!(error instanceof OAuthFailure)) throw error;
    return html`<p class="alert" role="alert">${error.message} ${error.hint}</p>`;
  }
}

function registration(request: OAuthRequest): OAuthRequest {
  const { form } = request;
  const list = (name: string): string[] | undefined => {
    const value = form.get(name)?.trim();
    return value ? [value] : undefined;
  };
  const metadata = {
    application_type: form.get('application_type'),
    client_name: form.get('client_name'),
    contacts: list('contacts'),
    redirect_uris: list('redirect_uris'),
    post_logout_redirect_uris: list('post_logout_redirect_uris'),
    initiate_login_uri: form.get('initiate_login_uri') || undefined,
    jwks_uri: form.get('jwks_uri') || undefined,
    jwks: keySet(form.get('jwks')),
    scope: [...form.array('scope').keys()].join(' '),
    dsi_type: form.get('dsi_type'),
  };
  return {
    ...request,
    site: 'default',
    rawBody: JSON.stringify(metadata),
    header: () => 'application/json',
  };
}

function keySet(text: string | undefined): unknown {
  if (!text?.trim()) return undefined;
  try {
    return parseJson(text);
  } catch {
    throw new OAuthFailure('invalid_client_metadata', 'jwks is invalid');
  }
}
