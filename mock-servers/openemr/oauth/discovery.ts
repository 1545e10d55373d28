// The documents a client reads first: openid-configuration, smart-configuration, JWKS.
import { type Answer, htmlAnswer, jsonAnswer, type OAuthRequest } from './answer.ts';
import { type OAuthDeps, oauthUrl } from './deps.ts';
import { jwks as ownJwks } from './jwt.ts';
import { autosubmitPage } from './pages.ts';
import { scopesSupported } from './scopes.ts';

/** Implemented as they are advertised only in part: no userinfo, no `plain`, no hybrid flow. */
export function openidConfiguration({ site }: OAuthRequest, deps: OAuthDeps): Answer {
  const issuer = oauthUrl(deps, site);
  const settings = deps.settings();
  return jsonAnswer({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwk`,
    userinfo_endpoint: `${issuer}/userinfo`,
    registration_endpoint: `${issuer}/registration`,
    end_session_endpoint: `${issuer}/logout`,
    introspection_endpoint: `${issuer}/introspect`,
    scopes_supported: scopesSupported({ profile: deps.profile, settings }),
    response_types_supported: [
      'code',
      'token',
      'id_token',
      'code token',
      'code id_token',
      'token id_token',
      'code token id_token',
    ],
    // OpenEMR: `plain` is refused at /authorize all the same.
    code_challenge_methods_supported: ['S256', 'plain'],
    // OpenEMR: client_credentials works and is not listed.
    grant_types_supported: [
      'authorization_code',
      ...(settings.oauth_password_grant === 0 ? [] : ['password']),
      'refresh_token',
    ],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['public'],
    claims_supported: [
      'profile',
      'email',
      'email_verified',
      'phone',
      'phone_verified',
      'family_name',
      'given_name',
      'fhirUser',
      'locale',
      'api:oemr',
      'api:fhir',
      'api:port',
      'aud',
      'iat',
      'iss',
      'exp',
      'sub',
    ],
    require_request_uri_registration: ['false'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384'],
    claims_locales_supported: ['en-US'],
    ui_locales_supported: ['en-US'],
  });
}

export function jwk(): Answer {
  return jsonAnswer(ownJwks);
}

/** A page of its own, so that OpenEMR's first-party cookie comes along. */
export function autosubmit({ site, rawQuery }: OAuthRequest, deps: OAuthDeps): Answer {
  return htmlAnswer(autosubmitPage(`${oauthUrl(deps, site)}/authorize`, rawQuery));
}

/** SMART App Launch, "Styling": the keys of the specification. */
export function smartStyle(): Answer {
  return jsonAnswer({
    color_background: '#ffffff',
    color_error: '#dc3545',
    color_highlight: '#007bff',
    color_modal_backdrop: '',
    color_success: '#28a745',
    color_text: '#212529',
    dim_border_radius: '4px',
    dim_font_size: '16px',
    dim_spacing_size: '16px',
    font_family_body: 'Lato, Helvetica, sans-serif',
    font_family_heading: 'Lato, Helvetica, sans-serif',
  });
}

/** At `{base}/apis/{site}/fhir/.well-known/smart-configuration`, without authorization. */
export function smartConfiguration(site: string, deps: OAuthDeps): Answer {
  const isV2 = deps.profile.smartConfiguration === 'v2';
  const url = oauthUrl(deps, site);
  return jsonAnswer({
    ...(isV2 && { issuer: `${deps.baseUrl()}/apis/${site}/fhir`, jwks_uri: `${url}/jwk` }),
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    ...(isV2
      ? { token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'] }
      : { registration_endpoint: `${url}/registration` }),
    // OpenEMR: a list inside a list.
    scopes_supported: [scopesSupported({ profile: deps.profile, settings: deps.settings() })],
    response_types_supported: [
      'code',
      'token',
      'id_token',
      'code token',
      'code id_token',
      'token id_token',
      'code token id_token',
    ],
    introspection_endpoint: `${url}/introspect`,
    capabilities: isV2 ? [...capabilities, ...capabilitiesOfV2] : capabilities,
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['client_credentials', 'authorization_code'],
  });
}

const capabilities = [
  'launch-ehr',
  'context-banner',
  'context-ehr-patient',
  'context-style',
  'sso-openid-connect',
  'client-confidential-symmetric',
  'permission-user',
  'context-standalone-patient',
  'launch-standalone',
  'permission-patient',
  'permission-offline',
  'client-public',
] as const;

const capabilitiesOfV2 = [
  'client-confidential-asymmetric',
  'permission-v1',
  'permission-v2',
  'authorize-post',
  'context-ehr-encounter',
] as const;
