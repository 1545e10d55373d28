// The pages between /authorize and the code: login, patient selection, consent.
import {
  type Answer,
  emptyAnswer,
  htmlAnswer,
  type OAuthRequest,
  phpHtml,
  redirectAnswer,
} from './answer.ts';
import { PhpCrash } from './client-assertion.ts';
import { type OAuthDeps, oauthUrl } from './deps.ts';
import { changeSession, completeAuthorization, isCsrfToken, sessionOf } from './login-session.ts';
import { consentPage, errorPage, loginPage, patientPage } from './pages.ts';
import type { LoginSession } from './state.ts';
import { threeMonthsLater } from './tokens.ts';
import { isTotp } from './totp.ts';

/** OpenEMR PATIENT_SEARCH_MAX_RESULTS */
const MOST_PATIENTS = 100;
const wrongLogin = 'Sorry, verify the information you have entered is correct';

/** /provider/login shows the form, /login takes it; both do both. */
export function login(request: OAuthRequest, deps: OAuthDeps): Answer {
  const session = sessionOf(request, deps);
  if (!session) return htmlAnswer(errorPage());
  const { form } = request;
  if (!form.get('username') && !form.get('password')) return showLogin('', session, request, deps);
  if (!isCsrfToken(form.get('csrf_token_form'), session)) {
    return showLogin('Sorry. Invalid CSRF!', session, request, deps);
  }
  const signedIn =
    form.get('user_role') === 'portal-api'
      ? patientLogin(request, deps)
      : staffLogin(request, deps);
  if (signedIn === undefined) return showLogin(wrongLogin, session, request, deps);
  if ('mfa' in signedIn) return showLogin(signedIn.mfa, session, request, deps, true);

  const { userUuid, patientUuid } = signedIn;
  const context = { ...session.context, ...(patientUuid && { patient: patientUuid }) };
  changeSession(session, { userUuid, context, isPatient: patientUuid !== undefined }, deps);
  const needsPatient = context.patient === undefined && session.scopes.includes('launch/patient');
  const next = needsPatient ? '/smart/patient-select' : '/scope-authorize-confirm';
  return redirectAnswer(`${oauthUrl(deps, request.site)}${next}`);
}

type SignedIn = { readonly userUuid: string; readonly patientUuid?: string };

function patientLogin({ form }: OAuthRequest, { accounts }: OAuthDeps): SignedIn | undefined {
  const [username = '', password = '', email = ''] = ['username', 'password', 'email'].map(
    form.get,
  );
  const patient = accounts.patientByLogin(username, password, email);
  return patient && { userUuid: patient.uuid, patientUuid: patient.uuid };
}

function staffLogin(
  { form }: OAuthRequest,
  { accounts, context }: OAuthDeps,
): SignedIn | { readonly mfa: string } | undefined {
  if (form.get('user_role') !== 'api') return undefined;
  const user = accounts.staffByLogin(form.get('username') ?? '', form.get('password') ?? '');
  if (!user) return undefined;
  const token = form.get('mfa_token');
  if (user.totpSecret !== undefined) {
    if (token === undefined) return { mfa: '' };
    if (!isTotp(token, user.totpSecret, context.clock.now()))
      return { mfa: 'Sorry, Invalid code!' };
  }
  return { userUuid: user.uuid };
}

function showLogin(
  invalid: string,
  { csrfToken }: LoginSession,
  request: OAuthRequest,
  deps: OAuthDeps,
  needsMfa = false,
): Answer {
  const settings = deps.settings();
  return htmlAnswer(
    loginPage({
      action: `/oauth2/${request.site}/login`,
      csrfToken,
      invalid,
      hasPatientLogin: settings.rest_portal_api || settings.rest_fhir_api,
      ...(needsMfa && {
        mfaFor: {
          username: request.form.get('username') ?? '',
          password: request.form.get('password') ?? '',
        },
      }),
    }),
  );
}

export function selectPatient(request: OAuthRequest, deps: OAuthDeps): Answer {
  const session = sessionOf(request, deps);
  if (session?.userUuid === undefined) return emptyAnswer(401);
  const search = new Map([...request.query.array('search'), ...request.form.array('search')]);
  const name = search.get('lname') || search.get('fname') || '';
  const found = deps.accounts.searchPatients(name, MOST_PATIENTS + 1);
  const smart = `${oauthUrl(deps, request.site)}/smart`;
  return htmlAnswer(
    patientPage({
      action: `${smart}/patient-select-confirm`,
      searchAction: `${smart}/patient-select`,
      csrfToken: session.csrfToken,
      patients: found.slice(0, MOST_PATIENTS),
      hasMore: found.length > MOST_PATIENTS,
      error: request.query.get('error') ?? '',
      fname: search.get('fname') ?? '',
      lname: search.get('lname') ?? '',
    }),
  );
}

export function confirmPatient(request: OAuthRequest, deps: OAuthDeps): Answer {
  const session = sessionOf(request, deps);
  if (session?.userUuid === undefined || !isCsrfToken(request.form.get('csrf_token'), session)) {
    return emptyAnswer(401);
  }
  const patient = deps.accounts.patientByUuid(request.form.get('patient_id') ?? '');
  const url = oauthUrl(deps, request.site);
  if (!patient) {
    const error =
      'There was a server error in loading patients.  Contact your system administrator for assistance';
    return redirectAnswer(`${url}/smart/patient-select?${new URLSearchParams({ error })}`);
  }
  changeSession(session, { context: { ...session.context, patient: patient.uuid } }, deps);
  return redirectAnswer(`${url}/scope-authorize-confirm`);
}

export function consent(request: OAuthRequest, deps: OAuthDeps): Answer {
  const session = sessionOf(request, deps);
  if (session?.userUuid === undefined) return htmlAnswer(errorPage());
  const { scopes, csrfToken, clientId } = session;
  return htmlAnswer(
    consentPage({
      action: `/oauth2/${request.site}/device/code`,
      csrfToken,
      clientName: deps.state.clients.get(clientId)?.name ?? '<Client Name Not Found>',
      scopes,
      offlineUntil: new Date(threeMonthsLater(deps.context.clock.now())).toISOString().slice(0, 10),
    }),
  );
}

/** POST /device/code: not RFC 8628, but where the consent form goes. There is no "deny". */
export function approve(request: OAuthRequest, deps: OAuthDeps): Answer {
  const session = sessionOf(request, deps);
  if (session?.userUuid === undefined) {
    throw new PhpCrash('no authorization request in the session');
  }
  const { userUuid } = session;
  const hasProceed = request.form.has('proceed');
  if (hasProceed && !isCsrfToken(request.form.get('csrf_token_form'), session)) {
    return failedApproval('Failed authorization due to failed CSRF check.');
  }
  if (!hasProceed && !session.state) {
    return failedApproval('Failed authorization due to missing data.');
  }
  const approved = request.form.array('scope');
  const scopes = session.scopes.filter((scope) => approved.has(scope));
  deps.state.sessions.delete(session.id);
  return completeAuthorization({ ...session, scopes, userUuid }, hasProceed, deps);
}

/** OpenEMR authorizeUser prints the exception's message. */
function failedApproval(why: string): Answer {
  const body = `The authorization server encountered an unexpected condition which prevented it from fulfilling the request: ${why}`;
  return { status: 500, headers: { 'content-type': phpHtml }, body };
}
