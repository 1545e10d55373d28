// How OpenEMR refuses an API call, before and inside its routes, row by row for both profiles.
// There is no OperationOutcome on an authorization error in any 7.x.
import type { Profile } from './profiles.ts';

export const denied = 'The resource owner or authorization server denied the request.';
const callFailed = 'OpenEMR Error: API call failed due to';
const noPermission = `${callFailed} insufficient permissions for the requested resource.`;

interface Rendered {
  readonly status: number;
  /** Undefined: zero bytes as text/html, PHP's default. */
  readonly body?: Readonly<Record<string, string | number>>;
}

const empty = (status: number): Rendered => ({ status });
const league = (hint: string): Rendered => ({
  status: 401,
  body: { error: 'access_denied', error_description: denied, hint, message: denied },
});
const kernel = (status: number, message: string, code = 0): Rendered => ({
  status,
  body: { error: 'An error occurred', message, code },
});
const loggedOut = 'Refresh Token revoked or logged out';
// The two spaces are real.
const siteError = `OpenEMR Error: api site error, so forced exit.  Please ensure that the site is set up correctly in the OpenEMR configuration.`;

/** Left: 7.0.3 (apis/dispatch.php:60-330, _rest_config.php). Right: 7.0.4 (ExceptionHandlerListener). */
const table = {
  missingHeader: [league('Missing "Authorization" header'), kernel(401, denied)],
  /** Garbage: lcobucci's own sentence is the hint. */
  unreadableToken: [league('The JWT string must have two dots'), kernel(401, denied)],
  /** Bad signature, or expired: OpenEMR does not tell them apart. */
  unverifiedToken: [league('Access token could not be verified'), kernel(401, denied)],
  revokedToken: [league('Access token has been revoked'), kernel(401, denied, 9)],
  userLoggedOut: [
    {
      status: 400,
      body: { error: 'invalid _request', error_description: loggedOut, message: loggedOut },
    },
    kernel(400, loggedOut),
  ],
  unknownToken: [empty(401), kernel(401, `${callFailed} invalid token or expired token.`)],
  /** `/api/` without api:oemr, `/portal/` without api:port. */
  apiScopeMissing: [empty(401), kernel(403, noPermission)],
  roleMismatch: [empty(401), kernel(403, noPermission)],
  resourceScopeMissing: [empty(401), kernel(401, 'Unauthorized')],
  aclDenied: [empty(401), kernel(403, 'Organization policy does not have permit access resource')],
  noPatientInContext: [empty(401), kernel(401, 'Unauthorized')],
  unknownRoute: [empty(404), kernel(404, 'Route not found')],
  /** Path other than /fhir/, /api/, /portal/. */
  unknownApi: [empty(501), kernel(403, noPermission)],
  /** 7.0.4 never raises it: `apiSwitchesEnforced` is false. */
  apiSwitchedOff: [empty(501), empty(501)],
  wrongSite: [empty(400), kernel(400, siteError)],
  everyApiOff: [empty(404), kernel(404, 'OpenEMR Error: API is disabled')],
  /** A PHP exception. */
  systemError: [empty(500), kernel(500, 'System error occurred')],
} as const satisfies Readonly<Record<string, readonly [Rendered, Rendered]>>;

export type RefusalKind = keyof typeof table;

/** Key of the explanation beside the wire, in the words of the clients' own findings. */
export function noteKey(kind: RefusalKind): string {
  return `api.${noteNames[kind]}`;
}

const noteNames: Readonly<Record<RefusalKind, string>> = {
  missingHeader: 'header-missing',
  unreadableToken: 'token-not-accepted',
  unverifiedToken: 'token-not-accepted',
  revokedToken: 'token-revoked',
  userLoggedOut: 'token-revoked',
  unknownToken: 'token-not-accepted',
  apiScopeMissing: 'scope-missing',
  roleMismatch: 'right-missing',
  resourceScopeMissing: 'scope-missing',
  aclDenied: 'right-missing',
  noPatientInContext: 'scope-missing',
  unknownRoute: 'route-unknown',
  unknownApi: 'route-unknown',
  apiSwitchedOff: 'switched-off',
  wrongSite: 'site-unknown',
  everyApiOff: 'switched-off',
  systemError: 'server-failed',
};

/** Throw it anywhere behind the bearer check: the composition renders it in the profile's shape. */
export class ApiRefusal extends Error {
  readonly kind: RefusalKind;
  readonly hint: string | undefined;

  constructor(kind: RefusalKind, hint?: string) {
    super(kind);
    this.name = 'ApiRefusal';
    this.kind = kind;
    this.hint = hint;
  }
}

export function renderRefusal(
  { kind, hint }: Pick<ApiRefusal, 'kind' | 'hint'>,
  profile: Profile,
): Rendered {
  const [plain, json] = table[kind];
  const rendered: Rendered = profile.refusalBodies === 'json' ? json : plain;
  if (hint === undefined || rendered.body?.['hint'] === undefined) return rendered;
  return { ...rendered, body: { ...rendered.body, hint } };
}
