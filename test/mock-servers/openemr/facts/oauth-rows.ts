// Facts 1.3 to 1.6: grants, registration, scopes, what a token endpoint gives.
import { type FactSection, inBothProfiles, inSuite } from './rows.ts';

const authorize = inBothProfiles('/authorize (facts 1.6)');
const authorizeRefusals = inBothProfiles('/authorize refuses (facts 1.6)');
const apiErrors = inBothProfiles('API authentication errors (facts 2)');
const assertion = inBothProfiles('client assertion');
const clientScopes = inSuite('scopes of a client (facts 1.5)');
const connectors = inSuite('Admin > Config > Connectors (facts 5)');
const requireScope = inSuite('requireScope');
const scopes = inSuite('scopes of the server (facts 1.5)');
const success = inBothProfiles('token endpoint: success (facts 1.3, 1.6)');
const errors = inBothProfiles('token endpoint: errors (facts 1.7)');

export const oauthSections: readonly FactSection[] = [
  {
    section: '1.3',
    rows: [
      [
        'authorization_code',
        ...authorize('takes a public client with PKCE on any port of 127.0.0.1'),
        ...authorizeRefusals(
          'refuses: plain challenge',
          'refuses: no challenge from a public client',
          'refuses: launch without aud',
          'refuses: foreign aud',
          'takes each API of its own as aud',
        ),
        ...errors('authorize was called without state'),
      ],
      [
        'refresh_token',
        ...success('rotates: the old access token is revoked with the old refresh token'),
      ],
      [
        'password',
        ...errors(
          'password while Off',
          'password: user_role missing',
          'password: email missing for patient',
          'password: mfa_token wrong',
        ),
        ...connectors('switches the password grant off'),
      ],
      [
        'client_credentials | always',
        ...success('runs client_credentials as oe-system for 5 minutes, without a refresh token'),
        ...errors('client_credentials without client_assertion_type'),
      ],
      [
        'client_credentials request',
        ...success('runs client_credentials as oe-system for 5 minutes, without a refresh token'),
      ],
      ['JWT rules', ...errors('assertion: alg != RS384')],
      [
        '`iss` = `sub`',
        ...errors(
          'assertion: wrong iss',
          'assertion: wrong sub',
          'assertion: wrong aud',
          'assertion: jti missing',
          'assertion: jti reused',
        ),
        ...success('takes the assertion a minute early or late'),
      ],
      [
        'if present)',
        ...assertion(
          'takes an assertion without exp, nbf and iat',
          'takes the key from jwks_uri before that of jwks',
        ),
        ...errors('assertion: ES384', 'malformed JWKS'),
        ...success('ignores kid as the real server does, and heeds it without the bug'),
      ],
      [
        '(RsaSha384Signer',
        ...success('ignores kid as the real server does, and heeds it without the bug'),
        ...errors('not confidential', 'client_credentials: disabled client'),
      ],
      [
        'Scopes are intersected',
        ...success('drops a scope that is not registered on the client, without an error'),
      ],
      [
        'TTL',
        ...errors('code expired', 'refresh expired'),
        ...success(
          'writes access tokens as the profile does',
          'runs client_credentials as oe-system for 5 minutes, without a refresh token',
        ),
      ],
      [
        'Auth code:',
        ...success(
          'accepts a used code again within its 60 seconds',
          'forgets a code when a newer login overwrote it',
        ),
      ],
      [
        'A confidential client that sends NO',
        ...success(
          'lets a confidential client pass that sends no secret with its code',
          'never looks at the secret in password and refresh_token',
        ),
      ],
      [
        'never checked at all',
        ...success('never looks at the secret in password and refresh_token'),
        ...errors('wrong secret (auth code)'),
      ],
      [
        'PKCE downgrade',
        ...errors('code_verifier without challenge'),
        ...authorize('takes a public client with PKCE on any port of 127.0.0.1'),
        ...authorizeRefusals('refuses: localhost with another port'),
        'isRedirectUriOf ignores the port of 127.0.0.1 and [::1], and of nothing else',
      ],
    ],
  },
  {
    section: '1.5',
    rows: [
      ['OIDC/base', ...scopes('takes each base scope alone')],
      [
        'online_access',
        ...scopes(
          'takes each base scope alone',
          'has system scopes only while the global is on',
          'takes the operations of bulk export with system scopes',
        ),
      ],
      [
        '**v1 syntax only',
        ...scopes(
          'patient/Observation.rs: invalid in 7.0.3, valid in 7.0.4',
          'user/Patient.cruds: invalid in 7.0.3, valid in 7.0.4',
          'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory: invalid in 7.0.3, valid in 7.0.4',
        ),
      ],
      [
        'No wildcards',
        ...scopes(
          ...['patient/*.read', 'user/*.*', 'system/*.read', 'Patient.read'].map(
            (scope) => `${scope}: invalid in 7.0.3, invalid in 7.0.4`,
          ),
        ),
      ],
      ['FHIR v1 scopes', ...scopes('has exactly the FHIR reads of patient/ in 7.0.3')],
      ['- patient/', ...scopes('has exactly the FHIR reads of patient/ in 7.0.3')],
      [
        '- user/ same',
        ...scopes(
          'has exactly the FHIR reads of user/ in 7.0.3',
          'has exactly the FHIR writes of user/ in 7.0.3',
        ),
      ],
      [
        '- system/',
        ...scopes(
          'has exactly the FHIR reads of system/ in 7.0.3',
          'system/Patient.write: invalid in 7.0.3, invalid in 7.0.4',
        ),
        ...apiErrors('role mismatch: system on /api/'),
      ],
      [
        '- user/ServiceRequest',
        ...scopes(
          'user/ServiceRequest.read: invalid in 7.0.3, valid in 7.0.4',
          'user/ImagingStudy.read: invalid in 7.0.3, invalid in 7.0.4',
        ),
      ],
      ['Standard scopes', ...scopes('has exactly the standard scopes of the facts')],
      [
        'Acceptance rule',
        ...scopes(
          'user/patient.read: invalid in 7.0.3, invalid in 7.0.4',
          'api:oemr user/Patient.read: invalid in 7.0.3, invalid in 7.0.4',
          'api:oemr openid fhirUser user/Patient.read: valid in 7.0.3, valid in 7.0.4',
        ),
      ],
      ['A scope valid', ...clientScopes('drops what is not registered without an error')],
      [
        'Method -> permission',
        ...requireScope(
          'user/Patient.read allows "rs" in 7.0.3 and "rs" in 7.0.4',
          'user/Patient.write allows "cud" in 7.0.3 and "cud" in 7.0.4',
          'user/Patient.r allows "" in 7.0.3 and "r" in 7.0.4',
          'user/Patient.cruds allows "" in 7.0.3 and "cruds" in 7.0.4',
        ),
        ...apiErrors('knows users, patients and the system apart'),
      ],
      [
        '7.0.4 v1 quirk',
        ...clientScopes('lets a v1 write pass with any scope on the resource in 7.0.4'),
      ],
    ],
  },
  {
    section: '1.6',
    rows: [
      [
        '200; headers',
        ...success(
          'has the headers and the key order of the facts',
          'gives a refresh token with offline_access only',
        ),
      ],
      ['- `scope` omits', ...success('leaves out of scope what the profile leaves out')],
      [
        '- EHR launch',
        ...authorize('gives an EHR launch its context'),
        ...success('runs client_credentials as oe-system for 5 minutes, without a refresh token'),
      ],
      ['- access_token', ...success('writes access tokens as the profile does')],
      [
        '- id_token',
        ...success(
          'writes id tokens with the claims of the granted scopes',
          'shows the nonce as a scope, and in the id token',
        ),
      ],
      ['- refresh_token and code', ...success('writes refresh tokens and codes as defuse does')],
      [
        '- Refresh may narrow',
        ...success('narrows the scope on refresh and keeps the launch context'),
        ...errors('refresh: new scope beyond old (1.6)'),
      ],
    ],
  },
];
