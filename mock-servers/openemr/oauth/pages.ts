// Login, patient selection and consent, with OpenEMR's field names and words.
import type { PatientAccount } from '../contracts.ts';
import { type Html, html, page } from '../html.ts';

const title = 'OpenEMR Authorization';

export interface LoginView {
  readonly action: string;
  readonly csrfToken: string;
  readonly invalid: string;
  readonly hasPatientLogin: boolean;
  /** Second step of a user with TOTP. */
  readonly mfaFor?: { readonly username: string; readonly password: string };
}

export function loginPage(view: LoginView): string {
  return page({
    title,
    body: html`<main class="narrow">
<h1>${view.mfaFor ? 'MFA Verification' : 'Sign In'}</h1>
<form method="post" name="userLogin" id="userLogin" action="${view.action}">
${view.invalid !== '' && html`<p class="alert" role="alert">${view.invalid}</p>`}
<input type="hidden" name="csrf_token_form" value="${view.csrfToken}">
${view.mfaFor ? mfaFields(view.mfaFor) : loginFields(view.hasPatientLogin)}
<label class="check"><input type="checkbox" name="persist_login" value="1"> Remember Me</label>
</form>
</main>`,
  });
}

function loginFields(hasPatientLogin: boolean): Html {
  return html`<label for="email">Email if required</label>
<input type="email" name="email" id="email" autocomplete="email">
<label for="username">Registered username</label>
<input type="text" name="username" id="username" autocomplete="username">
<label for="password">Password</label>
<input type="password" name="password" id="password" autocomplete="current-password">
<button type="submit" name="user_role" value="api">OpenEMR Login</button>
${hasPatientLogin && html`<button type="submit" class="second" name="user_role" value="portal-api">Patient Login</button>`}`;
}

function mfaFields({ username, password }: { username: string; password: string }): Html {
  return html`<input type="hidden" name="username" value="${username}">
<input type="hidden" name="password" value="${password}">
<input type="hidden" name="mfa_type" value="TOTP">
<label for="totp_token">Provide TOTP code</label>
<input type="text" name="mfa_token" id="totp_token" inputmode="numeric" autocomplete="one-time-code">
<button type="submit" name="user_role" value="api">Authenticate TOTP</button>`;
}

export interface PatientView {
  readonly action: string;
  readonly searchAction: string;
  readonly csrfToken: string;
  readonly patients: readonly PatientAccount[];
  readonly hasMore: boolean;
  readonly error: string;
  readonly fname: string;
  readonly lname: string;
}

export function patientPage(view: PatientView): string {
  return page({
    title: 'Patient Selection',
    body: html`<main>
<h1>Patient Selection</h1>
${view.error !== '' && html`<p class="alert" role="alert">${view.error}</p>`}
<form method="get" action="${view.searchAction}">
<label for="fname">First Name</label><input id="fname" name="search[fname]" value="${view.fname}">
<label for="lname">Last Name</label><input id="lname" name="search[lname]" value="${view.lname}">
<button type="submit" class="second">Search</button>
</form>
<form method="post" action="${view.action}">
<input type="hidden" name="csrf_token" value="${view.csrfToken}">
<table>
<thead><tr><th>Name</th><th>DOB</th><th>Sex</th><th></th></tr></thead>
<tbody>${view.patients.map(patientRow)}</tbody>
</table>
${view.patients.length === 0 && html`<p>No records found</p>`}
${view.hasMore && html`<p>There are more results; search by name.</p>`}
</form>
</main>`,
  });
}

function patientRow(patient: PatientAccount): Html {
  return html`<tr><td>${patient.lastName}, ${patient.firstName}</td><td>${patient.birthDate}</td><td>${patient.sex}</td>
<td><button type="submit" name="patient_id" value="${patient.uuid}">Select</button></td></tr>`;
}

export interface ConsentView {
  readonly action: string;
  readonly csrfToken: string;
  readonly clientName: string;
  readonly scopes: readonly string[];
  readonly offlineUntil: string;
}

export function consentPage(view: ConsentView): string {
  const asked = view.scopes.filter((scope) => scope !== 'openid' && scope !== 'offline_access');
  return page({
    title,
    body: html`<main>
<h1>Authorizing for Application <strong>${view.clientName}</strong></h1>
<form method="post" name="userLogin" id="userLogin" action="${view.action}">
<input type="hidden" name="csrf_token_form" value="${view.csrfToken}">
${view.scopes.includes('openid') && html`<input type="hidden" name="scope[openid]" value="openid">`}
<fieldset>
<legend>Grant this application access to do the following</legend>
${asked.map(scopeBox)}
</fieldset>
${
  view.scopes.includes('offline_access') &&
  html`<fieldset><legend>Offline Access Requested</legend>
<p>This application will have access to your data until ${view.offlineUntil} even when you are not signed in.</p>
${scopeBox('offline_access')}</fieldset>`
}
<button type="submit" name="proceed" value="1">Authorize</button>
</form>
</main>`,
  });
}

function scopeBox(scope: string): Html {
  return html`<label class="check"><input type="checkbox" name="scope[${scope}]" value="${scope}" checked> ${scope}</label>`;
}

/** Shown with status 200: OpenEMR prints the page and ends. */
export function errorPage(): string {
  return page({
    title: 'Error',
    body: html`<main class="narrow"><h1>Error</h1><p class="alert">An error has occurred (500). The sign-in was not started by an application, or its session has ended.</p></main>`,
  });
}

/** A whole page load of its own, so that OpenEMR's first-party cookie comes along. */
export function autosubmitPage(endpoint: string, query: string): string {
  const target = `${endpoint}?autosubmit=1&${query}`;
  return page({
    title,
    body: html`<main class="narrow"><p><a href="${target}">Continue</a></p><meta http-equiv="refresh" content="0; url=${target}"></main>`,
  });
}
