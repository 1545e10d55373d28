// Every path of OpenEMR once: the template is the pattern of a router and, filled, the URL of a client.

type ParamsOf<T extends string> = T extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : T extends `${string}:${infer Name}`
    ? Name
    : never;

type Values<T extends string> = Readonly<Record<ParamsOf<T>, string | number>>;

/**
 * Fills a template behind a base URL.
 *
 * @param base - without a trailing slash
 */
export function urlOf<T extends string>(base: string, template: T, values: Values<T>): string {
  const given: Readonly<Record<string, string | number>> = values;
  const path = template.replace(/:(\w+)/g, (_, name: string) => segment(name, given[name]));
  return `${base}${path}`;
}

/** One path segment: an id that would climb out of its place is a bug of the caller. */
function segment(name: string, value: string | number | undefined): string {
  const word = String(value ?? '');
  if (word === '' || word === '.' || word === '..')
    throw new TypeError(`bad path value for ${name}`);
  return encodeURIComponent(word);
}

export const oauthPaths = {
  openidConfiguration: '/oauth2/:site/.well-known/openid-configuration',
  authorize: '/oauth2/:site/authorize',
  token: '/oauth2/:site/token',
  jwk: '/oauth2/:site/jwk',
  registration: '/oauth2/:site/registration',
  client: '/oauth2/:site/client/:path',
  introspect: '/oauth2/:site/introspect',
  userinfo: '/oauth2/:site/userinfo',
  logout: '/oauth2/:site/logout',
  providerLogin: '/oauth2/:site/provider/login',
  login: '/oauth2/:site/login',
  scopeAuthorizeConfirm: '/oauth2/:site/scope-authorize-confirm',
  /** Target of the consent form; not the device flow of RFC 8628. */
  deviceCode: '/oauth2/:site/device/code',
  patientSelect: '/oauth2/:site/smart/patient-select',
  patientSelectConfirm: '/oauth2/:site/smart/patient-select-confirm',
  patientSearch: '/oauth2/:site/smart/patient-search',
  smartStyle: '/oauth2/:site/smart/smart-style',
} as const;

export const fhirPaths = {
  base: '/apis/:site/fhir',
  metadata: '/apis/:site/fhir/metadata',
  smartConfiguration: '/apis/:site/fhir/.well-known/smart-configuration',
  operationDefinitions: '/apis/:site/fhir/OperationDefinition',
  docref: '/apis/:site/fhir/DocumentReference/$docref',
  bulkStatus: '/apis/:site/fhir/$bulkdata-status',
  type: '/apis/:site/fhir/:type',
  instance: '/apis/:site/fhir/:type/:id',
} as const;

export const apiPaths = {
  base: '/apis/:site/api',
  version: '/apis/:site/api/version',
  product: '/apis/:site/api/product',
  patients: '/apis/:site/api/patient',
  patient: '/apis/:site/api/patient/:puuid',
  encounters: '/apis/:site/api/patient/:puuid/encounter',
  encounter: '/apis/:site/api/patient/:puuid/encounter/:euuid',
  medicalProblems: '/apis/:site/api/patient/:puuid/medical_problem',
  medicalProblem: '/apis/:site/api/patient/:puuid/medical_problem/:muuid',
  allergies: '/apis/:site/api/patient/:puuid/allergy',
  allergy: '/apis/:site/api/patient/:puuid/allergy/:auuid',
  /** Numeric pid and encounter id here, uuids above (issue #7145). */
  vitals: '/apis/:site/api/patient/:pid/encounter/:eid/vital',
  vital: '/apis/:site/api/patient/:pid/encounter/:eid/vital/:vid',
  soapNotes: '/apis/:site/api/patient/:pid/encounter/:eid/soap_note',
  soapNote: '/apis/:site/api/patient/:pid/encounter/:eid/soap_note/:sid',
  medications: '/apis/:site/api/patient/:pid/medication',
  patientAppointments: '/apis/:site/api/patient/:pid/appointment',
  documents: '/apis/:site/api/patient/:pid/document',
  practitioners: '/apis/:site/api/practitioner',
  practitioner: '/apis/:site/api/practitioner/:pruuid',
  facilities: '/apis/:site/api/facility',
  facility: '/apis/:site/api/facility/:fuuid',
  appointments: '/apis/:site/api/appointment',
  appointment: '/apis/:site/api/appointment/:eid',
} as const;

export const portalPaths = {
  base: '/apis/:site/portal',
  patient: '/apis/:site/portal/patient',
  encounters: '/apis/:site/portal/patient/encounter',
  appointments: '/apis/:site/portal/patient/appointment',
} as const;
