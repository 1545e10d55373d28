import * as vscode from 'vscode';
import { fieldLabels, grantLabels, secretLabels } from '../labels.ts';
import { Grant } from '../profile.ts';
import type { FieldName, SecretName } from './protocol.ts';

export interface PageResources {
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  readonly styles: readonly string[];
}

/** The form without any value: those arrive by message, after the script has said that it listens. */
export function connectionsHtml({ cspSource, nonce, script, styles }: PageResources): string {
  const { t } = vscode.l10n;
  const grants = Object.entries(grantLabels());
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const links = styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(t('Connections'))}</title>
${links}
</head>
<body>
<main>
<h1 class="spoken">${escapeHtml(t('Connections'))}</h1>
<form hidden>
  ${dropdown('id="profile"', t('Profile'), [])}
  ${textField('baseUrl', 'https://emr.example.org')}
  ${textField('site', 'default')}
  ${dropdown('data-field="grant"', fieldLabels().grant, grants)}
  ${textField('clientId')}
  <div data-grants="${Grant.secret} ${Grant.password} ${Grant.refresh}">
    ${secretField('clientSecret')}
  </div>
  <div data-grants="${Grant.jwt}" hidden>
    ${secretField('privateKey')}
    <vscode-button appearance="secondary" data-send="load-key">${escapeHtml(t('Choose Key File…'))}</vscode-button>
  </div>
  <div data-grants="${Grant.password}" hidden>
    ${textField('userName')}
    ${secretField('password')}
  </div>
  <div data-grants="${Grant.refresh}" hidden>
    ${secretField('refreshToken')}
  </div>
  <vscode-text-area data-field="scopes" rows="3" resize="vertical">${escapeHtml(fieldLabels().scopes)}</vscode-text-area>
  <details data-own-servers>
    <summary>${escapeHtml(t('FHIR server and Orthanc'))}</summary>
    ${textField('fhirUrl', 'http://127.0.0.1:8080/fhir')}
    ${textField('orthancUrl', 'http://127.0.0.1:8042')}
    ${textField('orthancUser')}
    ${secretField('orthancPassword')}
    ${textField('dicomNode', 'ORTHANC@127.0.0.1:4242')}
  </details>
  <div class="buttons">
    <vscode-button data-send="request-token" data-busy>${escapeHtml(t('Request Token'))}</vscode-button>
    <vscode-button appearance="secondary" data-send="test" data-busy>${escapeHtml(t('Test Connection'))}</vscode-button>
  </div>
  <div id="busy" class="busy" hidden>
    <vscode-progress-ring aria-label="${escapeHtml(t('Working'))}"></vscode-progress-ring>
    <vscode-button appearance="secondary" data-send="cancel">${escapeHtml(t('Cancel'))}</vscode-button>
  </div>
</form>
<section id="token" hidden aria-label="${escapeHtml(t('Access token'))}">
  <h2>${escapeHtml(t('Access token'))}</h2>
  <p id="token-time"></p>
  <button id="token-value" type="button" title="${escapeHtml(t('Copy access token'))}"></button>
  <ul id="token-scopes" aria-label="${escapeHtml(t('Scopes'))}"></ul>
</section>
<ul id="results" aria-live="polite" hidden></ul>
</main>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

function textField(field: FieldName, placeholder = ''): string {
  const label = fieldLabels()[field];
  return `<vscode-text-field data-field="${field}" spellcheck="false" placeholder="${escapeHtml(placeholder)}">${escapeHtml(label)}</vscode-text-field>`;
}

function secretField(secret: SecretName): string {
  const label = secretLabels()[secret];
  return `<vscode-text-field type="password" data-secret="${secret}" autocomplete="off">${escapeHtml(label)}</vscode-text-field>`;
}

function dropdown(
  attribute: string,
  label: string,
  options: readonly (readonly [value: string, label: string])[],
): string {
  const items = options.map(
    ([value, name]) => `<vscode-option value="${value}">${escapeHtml(name)}</vscode-option>`,
  );
  return `<div class="dropdown"><span class="label">${escapeHtml(label)}</span><vscode-dropdown ${attribute} aria-label="${escapeHtml(label)}">${items.join('')}</vscode-dropdown></div>`;
}

function escapeHtml(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return value.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
