// Facts 1.7, 1.8 and 2: how the token endpoint, logout, introspection and the APIs refuse.
import { type FactSection, inBothProfiles, inSuite, noBehaviour } from './rows.ts';

const authorize = inBothProfiles('/authorize (facts 1.6)');
const authorizeRefusals = inBothProfiles('/authorize refuses (facts 1.6)');
const apiErrors = inBothProfiles('API authentication errors (facts 2)');
const errors = inBothProfiles('token endpoint: errors (facts 1.7)');
const logout = inBothProfiles('logout and introspection (facts 1.8)');
const reading = inSuite('facts 2: the request is read as PHP reads it');

/** `who may call a route` carries the answer in its title, so the profiles differ. */
function access(title: string, in703: number, in704: number): string[] {
  const suite = 'facts 2: who may call a route';
  return [`${suite}, 7.0.3 ${title} -> ${in703}`, `${suite}, 7.0.4 ${title} -> ${in704}`];
}

export const refusalSections: readonly FactSection[] = [
  {
    section: '1.7',
    rows: [
      ['Token endpoint: errors', ...errors('grant_type missing')],
      ['REQ =', noBehaviour('a definition')],
      ['grant_type missing', ...errors('grant_type missing', 'body sent as JSON instead of form')],
      [
        'authorization_code with unknown',
        ...errors('authorization_code with unknown code', 'authorize was called without state'),
      ],
      ['unknown grant_type', ...errors('unknown grant_type', 'password while Off')],
      ['client_id missing', ...errors('client_id missing')],
      [
        'unknown client;',
        ...errors(
          'unknown client',
          'disabled client',
          'wrong secret (auth code)',
          'redirect_uri not registered',
        ),
      ],
      [
        'client_credentials without',
        ...errors(
          'client_credentials without client_assertion_type',
          'client_credentials with other client_assertion_type',
        ),
      ],
      [
        'client_credentials, right type',
        ...errors('client_credentials, right type but client_assertion absent'),
      ],
      [
        'assertion not a JWT',
        ...errors('assertion not a JWT', 'JWKS unreachable', 'malformed JWKS', 'not confidential'),
      ],
      [
        'assertion: bad signature',
        ...errors(
          'assertion: bad signature',
          'assertion: alg != RS384',
          'assertion: wrong aud',
          'assertion: wrong iss',
          'assertion: expired',
          'assertion: jti missing',
          'assertion: jti reused',
        ),
      ],
      ['invalid scope', ...errors('invalid scope')],
      ['code expired', ...errors('code expired')],
      ['code of another client', ...errors('code of another client')],
      ['code undecryptable', ...errors('code undecryptable (but known to session table)')],
      ['redirect_uri missing', ...errors('redirect_uri missing at token')],
      ['redirect_uri differs', ...errors('redirect_uri differs from authorize')],
      ['code_verifier missing', ...errors('code_verifier missing')],
      ['code_verifier malformed', ...errors('code_verifier malformed')],
      ['PKCE mismatch', ...errors('PKCE mismatch')],
      ['code_verifier without challenge', ...errors('code_verifier without challenge')],
      ['refresh_token missing', ...errors('refresh_token missing')],
      [
        'refresh undecryptable',
        ...errors(
          'refresh undecryptable',
          'refresh of another client',
          'refresh expired',
          'refresh revoked',
        ),
      ],
      [
        'password: username',
        ...errors(
          'password: username missing',
          'password: password missing',
          'password: user_role missing',
          'password: email missing for patient',
        ),
      ],
      [
        'password: wrong login',
        ...errors('password: wrong login', 'password: role not allowed by the global'),
      ],
      [
        'password: mfa_token',
        ...errors('password: mfa_token but no TOTP set up', 'password: mfa_token wrong'),
      ],
      [
        '`WWW-Authenticate',
        ...errors(
          'adds WWW-Authenticate on invalid_client to a request with Authorization, in its scheme',
        ),
      ],
      ['Full example', ...errors('client_credentials without client_assertion_type')],
      [
        'Evaluation order',
        ...errors(
          'checks client, then scopes, then user in the password grant',
          'checks assertion, client, JWT, then scopes in client_credentials',
        ),
      ],
      [
        '/authorize errors',
        ...authorizeRefusals(
          'refuses: unknown client',
          'refuses: redirect_uri of nobody',
          'refuses: foreign aud',
          'refuses a launch that is not ours',
          'refuses: plain challenge',
        ),
      ],
      [
        '(400 hint "Code challenge must',
        ...authorizeRefusals(
          'refuses: no challenge from a public client',
          'refuses: response_type != code',
          'sends only invalid_scope back to the application, without state',
        ),
      ],
      [
        'Order at /authorize',
        ...authorizeRefusals(
          'refuses: aud before challenge method',
          'refuses: challenge method before client',
          'refuses: malformed challenge',
        ),
      ],
      [
        'Login form fields',
        ...authorize(
          'has the fields and buttons of the login form',
          'says that a login is bad, and stays',
        ),
      ],
      [
        'Consent form',
        ...authorize(
          'offers every requested scope, and a declined one vanishes from the token',
          'refuses a consent with a forged token, and one out of nowhere',
        ),
      ],
    ],
  },
  {
    section: '1.8',
    rows: [
      [
        'GET /logout',
        ...logout('wants an id token', 'signs out, then says that nobody is signed in'),
      ],
      [
        'success: 200',
        ...logout(
          'signs out, then says that nobody is signed in',
          'redirects to the registered address with the state',
          'does not redirect to another address after a real logout',
        ),
        ...apiErrors('user logged out / trusted user removed'),
      ],
      [
        'POST /introspect',
        ...logout(
          'describes an active access token',
          'tells expired, revoked, badly signed and foreign tokens',
        ),
      ],
      [
        'A: `exp`',
        ...logout(
          'describes an active access token',
          'gives the scope of a refresh token as a list',
          'tells expired, revoked, badly signed and foreign tokens',
        ),
      ],
      [
        'A errors',
        ...logout(
          'refuses: unknown client',
          'refuses: confidential without secret',
          'refuses: disabled client',
          'refuses: wrong secret',
          'refuses: unsupported hint',
          'answers an unparsable token with plain text or as inactive',
        ),
      ],
    ],
  },
  {
    section: '2',
    rows: [
      ['API authentication errors', ...apiErrors('no Authorization header')],
      ['DENY =', noBehaviour('a definition')],
      ['no Authorization header', ...apiErrors('no Authorization header')],
      ['not a JWT', ...apiErrors('not a JWT / garbage')],
      ['bad signature', ...apiErrors('bad signature', 'expired')],
      ['revoked token', ...apiErrors('revoked token')],
      ['user logged out', ...apiErrors('user logged out / trusted user removed')],
      ['token unknown', ...apiErrors('token unknown in DB')],
      ['/api/ without', ...apiErrors('/api/ without api:oemr', '/portal/ without api:port')],
      [
        'role mismatch',
        ...apiErrors('role mismatch: patient on /api/', 'role mismatch: system on /api/'),
        ...access('the system user on /api/: GET /api/patient', 401, 403),
      ],
      [
        'resource scope missing',
        ...apiErrors('renders resourceScopeMissing'),
        ...access('no scope of the resource: GET /api/patient', 401, 401),
      ],
      [
        'ACL (phpGACL)',
        ...apiErrors('renders aclDenied'),
        ...access('a receptionist on practitioners: GET /api/practitioner', 401, 403),
      ],
      [
        'patient scope but',
        ...apiErrors('renders noPatientInContext'),
        ...access('a patient scope without a patient: GET /fhir/Patient', 401, 401),
      ],
      [
        'unknown route (with',
        ...apiErrors('renders unknownRoute'),
        ...access('an unknown route: GET /api/nothing', 404, 404),
      ],
      ['unknown route without', ...apiErrors('unknown route without token: auth first')],
      ['path not', ...apiErrors('path not /fhir/ /api/ /portal/')],
      ['that API switched off', ...apiErrors('that API switched off in Connectors')],
      ['wrong site', ...apiErrors('wrong site')],
      ['PHP exception', ...apiErrors('renders systemError')],
      ['"empty" =', ...apiErrors('token unknown in DB')],
      [
        'Header parsing',
        ...apiErrors(
          'Bearer is case-sensitive: the whole header is the token then',
          'no Authorization header',
        ),
      ],
      [
        'GET /api/version',
        ...apiErrors(
          'wants a token for /api/version as the profile does',
          'wants a token for /api/product as the profile does',
          'answers OPTIONS with 200 without authorization',
        ),
        ...access('version without any scope: GET /api/version', 200, 200),
      ],
      [
        'CORS (A, API)',
        ...apiErrors('echoes Origin'),
        ...reading('ignores the Content-Type of a body and answers application/json'),
      ],
    ],
  },
];
