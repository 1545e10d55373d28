// "Register New Client" as notes 000, 001 and 002 describe it: a chosen identifier, Generate, grant types
// and scopes to tick, Save. Real OpenEMR has none of this (facts: admin UI labels).
import { type Html, html } from '../html.ts';
import type { PhpForm } from '../oauth/php-form.ts';
import type { Client, CoreSession } from '../oauth/state.ts';
import { clientAction } from './admin-deps.ts';
import { actionButton, checkBox, csrfField, guideBox } from './admin-layout.ts';

export const guideGrants = [
  'client_credentials',
  'authorization_code',
  'refresh_token',
  'password',
] as const;

/** Those of notes 000 and 001, then those of note 002, then what a client often wants beside them. */
const guideScopes: readonly string[] = [
  ...['Patient', 'Encounter', 'Observation'].flatMap((resource) => [
    `system/${resource}.read`,
    `system/${resource}.write`,
  ]),
  'openid',
  'fhirUser',
  'patient/*.read',
  'patient/*.write',
  'Patient.read',
  'Encounter.read',
  'DiagnosticReport.read',
  'Medication.read',
  'offline_access',
  'launch/patient',
  'api:oemr',
  'api:fhir',
  'user/patient.read',
  'user/patient.write',
];

export interface GuideValues {
  readonly name: string;
  readonly identifier: string;
  readonly secret: string;
  readonly isConfidential: boolean;
  readonly redirectUris: string;
  readonly grants: readonly string[];
  readonly scopes: readonly string[];
}

export const noGuideValues: GuideValues = {
  name: '',
  identifier: '',
  secret: '',
  isConfidential: true,
  redirectUris: '',
  grants: [],
  scopes: [],
};

export function guideValues(form: PhpForm): GuideValues {
  return {
    name: form.get('client_name')?.trim() ?? '',
    identifier: form.get('client_id')?.trim() ?? '',
    secret: form.get('client_secret') ?? '',
    isConfidential: form.get('client_type') !== 'Public',
    redirectUris: form.get('redirect_uris') ?? '',
    grants: guideGrants.filter((grant) => form.array('grants').has(grant)),
    scopes: [...new Set([...form.array('scopes').keys(), ...lines(form.get('more_scopes') ?? '')])],
  };
}

export function guideForm(values: GuideValues, session: CoreSession, error = ''): Html {
  return guideBox(
    'Register New Client',
    html`<form method="post" action="${clientAction('guide-new')}" autocomplete="off">${csrfField(session)}
${error !== '' && html`<p class="alert" role="alert">${error}</p>`}
<label for="client_name">Client Name</label><input id="client_name" name="client_name" value="${values.name}">
<label for="client_id">Client Identifier</label><input id="client_id" name="client_id" value="${values.identifier}">
<label for="client_type">Client Type</label>
<select id="client_type" name="client_type"><option${values.isConfidential && html` selected`}>Confidential</option><option${!values.isConfidential && html` selected`}>Public</option></select>
<label for="client_secret">Client Secret</label><input id="client_secret" name="client_secret" value="${values.secret}" readonly>
<button class="second" type="submit" name="generate" value="1">Generate</button>
<label for="redirect_uris">Redirect URI</label><textarea id="redirect_uris" name="redirect_uris" rows="2">${values.redirectUris}</textarea>
${tickBoxes(values.grants, values.scopes)}
<button type="submit" name="save" value="1">Save</button></form>`,
  );
}

/** On the page of a client that was made here. */
export function guideSection(client: Client, session: CoreSession): Html {
  return guideBox(
    'Grant Types and Scopes',
    html`<form method="post" action="${clientAction('guide-save', client.id)}">${csrfField(session)}
${tickBoxes(client.guide?.grants ?? [], client.scopes)}
<button type="submit">Save</button></form>
${client.isConfidential && actionButton({ url: clientAction('guide-secret', client.id), label: 'Regenerate Secret' }, session)}`,
  );
}

function tickBoxes(grants: readonly string[], scopes: readonly string[]): Html {
  const more = scopes.filter((scope) => !guideScopes.includes(scope));
  return html`<fieldset><legend>Grant Types</legend>
${guideGrants.map((grant) => checkBox(`grants[${grant}]`, grant, grants.includes(grant)))}</fieldset>
<fieldset><legend>Scopes</legend><div class="columns">
${guideScopes.map((scope) => checkBox(`scopes[${scope}]`, scope, scopes.includes(scope)))}</div>
<label for="more_scopes">Other scopes</label><textarea id="more_scopes" name="more_scopes" rows="2">${more.join(' ')}</textarea></fieldset>`;
}

export function lines(text: string): string[] {
  return text.split(/\s+/).filter((item) => item !== '');
}
