// Admin > Config > Connectors (library/globals.inc.php:3263-3326): globals that really switch behaviour.
import { type Html, html } from '../html.ts';
import type { Answer, OAuthRequest } from '../oauth/answer.ts';
import type { PhpForm } from '../oauth/php-form.ts';
import type { CoreSession } from '../oauth/state.ts';
import { type BugName, type Globals, knownBugs, type Settings } from '../settings.ts';
import { type AdminDeps, paths } from './admin-deps.ts';
import { adminPage, checkBox, csrfField, guideBox } from './admin-layout.ts';

type SwitchName = {
  [K in keyof Globals]: Globals[K] extends boolean ? K : never;
}[keyof Globals];

const switches: readonly (readonly [SwitchName, string])[] = [
  ['rest_fhir_api', 'Enable OpenEMR Standard FHIR REST API'],
  [
    'rest_system_scopes_api',
    'Enable OpenEMR FHIR System Scopes (Turn on only if you know what you are doing)',
  ],
  ['rest_api', 'Enable OpenEMR Standard REST API'],
  ['rest_portal_api', 'Enable OpenEMR Patient Portal REST API (EXPERIMENTAL)'],
  [
    'oauth_ehr_launch_authorization_flow_skip',
    'OAuth2 EHR-Launch Authorization Flow Skip Enable App Setting',
  ],
];

const passwordGrants = [
  'Off (Recommended setting)',
  'On for Users Role',
  'On for Patient Role',
  'On for Both Roles',
] as const;

const approvals = [
  'Patient standalone apps Auto Approved, EHR-Launch,Provider&System Apps require manual approval',
  'Manually Approve All Apps (USA jurisdictions must approve all patient standalone apps within 48 hours)',
] as const;

export function config(request: OAuthRequest, session: CoreSession, deps: AdminDeps): Answer {
  if (deps.hasGuideMode && request.query.get('mode') === 'Security') {
    return security(session, deps);
  }
  const isSaved = request.method === 'POST';
  if (isSaved) deps.changeSettings(settingsOf(request.form));
  return adminPage(
    {
      title: 'Connectors',
      body: connectors(session, deps.settings()),
      ...(isSaved && { message: 'Saved' }),
    },
    session,
    deps,
  );
}

function connectors(session: CoreSession, settings: Settings): Html {
  return html`<form method="post" action="${paths.config}?mode=Connectors">${csrfField(session)}
<label for="site_addr_oath">Site Address Override (if needed for OAuth2, FHIR, CCDA, or Payment Processing)</label>
<input id="site_addr_oath" name="site_addr_oath" value="${settings.site_addr_oath}">
<fieldset><legend>APIs</legend>${switches.map(([name, label]) => checkBox(name, label, settings[name]))}</fieldset>
${choice('oauth_password_grant', 'Enable OAuth2 Password Grant (Not considered secure)', passwordGrants, settings)}
${choice('oauth_app_manual_approval', 'OAuth2 App Manual Approval Settings', approvals, settings)}
<section class="guide" aria-label="Known bugs"><h2>Known bugs</h2>
<p class="mark">Mock only, not in real OpenEMR. A ticked bug is there as in the real server; untick it to see the server without it.</p>
${(Object.keys(knownBugs) as BugName[]).map(
  (name) =>
    html`${checkBox(`bugs[${name}]`, knownBugs[name].effect, settings.bugs[name])}<p class="mark">${knownBugs[name].source}</p>`,
)}</section>
<button type="submit">Save</button></form>`;
}

function choice(
  name: 'oauth_password_grant' | 'oauth_app_manual_approval',
  label: string,
  options: readonly string[],
  settings: Settings,
): Html {
  return html`<label for="${name}">${label}</label><select id="${name}" name="${name}">${options.map(
    (text, value) =>
      html`<option value="${value}"${settings[name] === value && html` selected`}>${text}</option>`,
  )}</select>`;
}

/** An unticked box is absent from the form. */
function settingsOf(form: PhpForm): Partial<Settings> {
  const bugs = Object.fromEntries(
    Object.keys(knownBugs).map((name) => [name, form.array('bugs').has(name)]),
  ) as Settings['bugs'];
  const on = Object.fromEntries(switches.map(([name]) => [name, form.has(name)]));
  const grant = Number(form.get('oauth_password_grant'));
  return {
    ...on,
    bugs,
    site_addr_oath: addressOf(form.get('site_addr_oath') ?? ''),
    oauth_password_grant: grant === 1 || grant === 2 || grant === 3 ? grant : 0,
    oauth_app_manual_approval: form.get('oauth_app_manual_approval') === '1' ? 1 : 0,
  };
}

/** What is no http address would make every URL unusable. */
function addressOf(text: string): string {
  const address = text.trim().replace(/\/+$/, '');
  return /^https?:\/\//.test(address) && URL.canParse(address) ? address : '';
}

/** Note 002 looks for these under Globals > Security and System > API; OpenEMR has no such settings. */
function security(session: CoreSession, deps: AdminDeps): Answer {
  const rows: readonly (readonly [string, string])[] = [
    ['Enable OAuth2 Authentication', 'Yes (always)'],
    ['OAuth2 PKCE Required', 'Yes for public clients (always); S256 only'],
    ['OAuth2 Refresh Tokens', 'Yes (with scope offline_access)'],
    ['FHIR R4 API', deps.settings().rest_fhir_api ? 'Enabled' : 'Disabled (see Connectors)'],
    ['FHIR base URL', `${deps.baseUrl()}/apis/default/fhir`],
  ];
  const body = guideBox(
    'Security and API',
    html`<p>These settings do not exist in OpenEMR; this is how it behaves.</p><table><tbody>${rows.map(
      ([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`,
    )}</tbody></table><p><a href="${paths.config}?mode=Connectors">Connectors</a></p>`,
  );
  return adminPage({ title: 'Globals: Security', body }, session, deps);
}
