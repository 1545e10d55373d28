// OpenEMR's globals of Admin > Config > Connectors, and the known real bugs that can be switched off.

/** Keys are OpenEMR's own: a Docker preset `OPENEMR_SETTING_rest_api=1` names the same global. */
export interface Globals {
  /** Empty: the address under which the mock listens. */
  readonly site_addr_oath: string;
  readonly rest_fhir_api: boolean;
  readonly rest_system_scopes_api: boolean;
  readonly rest_api: boolean;
  readonly rest_portal_api: boolean;
  /** 0 off, 1 users, 2 patients, 3 both. */
  readonly oauth_password_grant: 0 | 1 | 2 | 3;
  /** 1: every new client waits for an administrator. */
  readonly oauth_app_manual_approval: 0 | 1;
  readonly oauth_ehr_launch_authorization_flow_skip: boolean;
}

export interface Settings extends Globals {
  /** True: the mock has the bug, as the real server does. */
  readonly bugs: Readonly<Record<BugName, boolean>>;
}

/** A bug takes effect only in a profile whose version has it. */
export const knownBugs = {
  authorizationCodeReusable: {
    source:
      'OpenEMR src/Common/Auth/OpenIDConnect/Repositories/AuthCodeRepository.php:31 (7.0.4 too)',
    effect: 'A used authorization code is accepted again within its 60 seconds.',
  },
  missingSecretAccepted: {
    source:
      'OpenEMR src/Common/Auth/OpenIDConnect/Repositories/ClientRepository.php validateClient',
    effect: 'A confidential client that sends no secret passes in the authorization_code grant.',
  },
  secretIgnoredByPasswordAndRefresh: {
    source:
      'OpenEMR src/Common/Auth/OpenIDConnect/Repositories/ClientRepository.php validateClient',
    effect: 'The password and refresh_token grants never compare the client secret.',
  },
  keyIdIgnored: {
    source: 'OpenEMR src/Common/Auth/OpenIDConnect/JWT/JsonWebKeySet.php (7.0.4 too)',
    effect: 'A client assertion is verified with the first RSA key of the set, whatever its kid.',
  },
  clientDetailsRefused: {
    source:
      'OpenEMR AuthorizationController::clientRegisteredDetails reads column registration_access_token, the table has registration_token; issue 7740',
    effect: 'GET /client/{path} refuses the right registration token too.',
  },
  patientAllergyAndProblemListsEmpty: {
    source: 'openemr/openemr issue 10827',
    effect: 'GET /patient/:puuid/allergy and /medical_problem give no rows.',
  },
  limitGivesOneMore: {
    source: 'OpenEMR 7.0.3 src/Validators/ProcessingResult.php:139',
    effect: '_limit=N gives N+1 rows and links.next never appears.',
  },
  fhirPagingUnknown: {
    source: 'OpenEMR 7.0.3 src/Services/FHIR/Traits/ResourceServiceSearchTrait.php:46-72',
    effect: '_count, _offset and _sort count as unknown parameters: an empty Bundle.',
  },
  documentNameIsUuid: {
    source: 'openemr/openemr issue 8304',
    effect: 'The filename in a document list is a uuid.',
  },
  documentForUnknownPatient: {
    source: 'openemr/openemr issue 13407',
    effect: 'A document is taken for a pid that nobody has.',
  },
  appointmentWithoutProviderName: {
    source: 'openemr/openemr issue 10826',
    effect: 'An appointment names its provider by ids alone.',
  },
} as const;

export type BugName = keyof typeof knownBugs;

const everyBug = Object.fromEntries(Object.keys(knownBugs).map((name) => [name, true])) as Record<
  BugName,
  boolean
>;

/** What a fresh OpenEMR has. */
export const openemrDefaults: Settings = {
  site_addr_oath: '',
  rest_fhir_api: false,
  rest_system_scopes_api: false,
  rest_api: false,
  rest_portal_api: false,
  oauth_password_grant: 0,
  oauth_app_manual_approval: 0,
  oauth_ehr_launch_authorization_flow_skip: false,
  bugs: everyBug,
};

/** The Docker presets of the team's guides; note 003 switched the password grant on. */
export const guideDefaults: Settings = {
  ...openemrDefaults,
  rest_fhir_api: true,
  rest_system_scopes_api: true,
  rest_api: true,
  oauth_password_grant: 3,
};

/** As the guides, but the password grant is off as OpenEMR recommends it. */
export const strictDefaults: Settings = { ...guideDefaults, oauth_password_grant: 0 };
