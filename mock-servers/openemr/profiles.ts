// The two behaviours inside "OpenEMR 7.x", side by side. Nothing else in the mock asks for a version:
// code reads one of these rules. Source of each: OpenEMR at the commits before the 7.0.4-dev
// (fdd6819384ea) and 7.0.5-dev (bb43765a0ddc) version bumps.

import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';

export type ProfileVersion = '7.0.3' | '7.0.4';

export interface Profile {
  readonly version: ProfileVersion;

  // Paths and transport
  /** 7.0.3 oauth2/authorize.php falls off its end; 7.0.4 has a router. */
  readonly unknownOauthPathStatus: 200 | 404;
  /** 7.0.3 ends bad sites, refused tokens and unknown routes without a body, 7.0.4 in its JSON shape. */
  readonly refusalBodies: 'mostly-empty' | 'json';
  /** 7.0.3 oauth2/authorize.php:59-62 sends four CORS headers always, 7.0.4 only to a request with Origin. */
  readonly oauthCors: 'always' | 'on-origin';
  /** 7.0.3 takes any path containing `/openid-configuration`. */
  readonly discoveryNeedsWellKnown: boolean;
  /** 7.0.4 has SMART 2.2: issuer, jwks_uri, asymmetric clients in smart-configuration. */
  readonly smartConfiguration: 'v1' | 'v2';

  // OAuth2
  /** 7.0.3 AC:379 discards the header: PHP's default text/html. */
  readonly registrationIsJson: boolean;
  readonly invalidJsonRegistration: 'Invalid JSON' | 'No JSON body';
  readonly tokenEndpointAuthMethods: readonly string[];
  /** 7.0.3 writes `authorization_code` whatever was sent; neither enforces it. */
  readonly storesGrantTypes: boolean;
  /** `.rs`, `.cruds`, `?category=` beside `.read` and `.write`. */
  readonly smartV2Scopes: boolean;
  /** The `scope` of a token response leaves these out. */
  readonly hiddenScope: RegExp;
  readonly accessTokenHasIssuer: boolean;
  readonly accessTokenHasSiteScope: boolean;
  /** client_credentials with the right type and no assertion: 7.0.3 dies of a PHP TypeError. */
  readonly missingAssertionStatus: 500 | 400;
  /** private_key_jwt in the authorization_code grant too. */
  readonly codeGrantTakesAssertion: boolean;
  /** 7.0.4 answers nearly every failure with `active: false`. */
  readonly introspection: 'errors' | 'inactive';

  // API
  /** GET /api/version and /api/product without a token. */
  readonly versionIsPublic: boolean;
  /** An API that is off in Connectors answers 501; 7.0.4 no longer looks. */
  readonly apiSwitchesEnforced: boolean;
  /** `read`/`write` by method alone, or the SMART v2 letters c r u d s. */
  readonly scopePermission: 'read-write' | 'cruds';

  // Patient data (rest, fhir)
  /** Body of the 404 for an empty result of the bare response family. */
  readonly emptyResultBody: 'null' | '';
  /** Bug `limitGivesOneMore`. */
  readonly limitIsBroken: boolean;
  /** FHIR `_count`, `_offset`, `_sort`: bug `fhirPagingUnknown`, later for Patient alone. */
  readonly fhirPaging: 'unknown-parameter' | 'patient-only';
  /** Beyond those of 7.0.3: ServiceRequest, Specimen, Media and so on. */
  readonly hasServiceRequest: boolean;
}

export const profiles: Readonly<Record<ProfileVersion, Profile>> = {
  '7.0.3': {
    version: '7.0.3',
    unknownOauthPathStatus: 200,
    refusalBodies: 'mostly-empty',
    oauthCors: 'always',
    discoveryNeedsWellKnown: false,
    smartConfiguration: 'v1',
    registrationIsJson: false,
    invalidJsonRegistration: 'Invalid JSON',
    tokenEndpointAuthMethods: ['client_secret_basic', 'client_secret_post'],
    storesGrantTypes: false,
    smartV2Scopes: false,
    hiddenScope: /:/,
    accessTokenHasIssuer: false,
    accessTokenHasSiteScope: true,
    missingAssertionStatus: 500,
    codeGrantTakesAssertion: false,
    introspection: 'errors',
    versionIsPublic: false,
    apiSwitchesEnforced: true,
    scopePermission: 'read-write',
    emptyResultBody: 'null',
    limitIsBroken: true,
    fhirPaging: 'unknown-parameter',
    hasServiceRequest: false,
  },
  '7.0.4': {
    version: '7.0.4',
    unknownOauthPathStatus: 404,
    refusalBodies: 'json',
    oauthCors: 'on-origin',
    discoveryNeedsWellKnown: true,
    smartConfiguration: 'v2',
    registrationIsJson: true,
    invalidJsonRegistration: 'No JSON body',
    tokenEndpointAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    storesGrantTypes: true,
    smartV2Scopes: true,
    hiddenScope: /^api:/,
    accessTokenHasIssuer: true,
    accessTokenHasSiteScope: false,
    missingAssertionStatus: 400,
    codeGrantTakesAssertion: true,
    introspection: 'inactive',
    versionIsPublic: true,
    apiSwitchesEnforced: false,
    scopePermission: 'cruds',
    emptyResultBody: '',
    limitIsBroken: false,
    fhirPaging: 'patient-only',
    hasServiceRequest: true,
  },
};

/** @throws WorkbenchError `SETTINGS_INVALID` */
export function parseProfile(version = '7.0.3'): Profile {
  const profile = Object.values(profiles).find((known) => known.version === version);
  if (profile) return profile;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('There is no OpenEMR profile {version}. Use one of: {known}.', {
      version,
      known: Object.keys(profiles).join(', '),
    }),
  );
}
