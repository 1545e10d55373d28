// What OpenEMR's refusals at the token endpoint mean. Each rule names the answer it recognises; the
// answers are those of OpenEMR 7.0.3 and 7.0.4 (league/oauth2-server 8.4), which share them.
import { type Text, text } from '../text.ts';
import type { TokenContext } from './explain.ts';
import { scopeAdvice } from './explain-scopes.ts';

export interface Refusal extends TokenContext {
  readonly status: number;
  readonly error: string;
  readonly description: string;
  readonly hint: string;
}

interface Rule {
  readonly id: string;
  readonly applies: (refusal: Refusal) => boolean;
  readonly cause: (refusal: Refusal) => Text;
  readonly fix: (refusal: Refusal) => Text;
}

const isAssertion = ({ clientAuth }: Refusal) => clientAuth === 'signedJwt';
const parameterIn = ({ hint }: Refusal) => /Check the `(\w+)` parameter/.exec(hint)?.[1] ?? '';
const scopeIn = ({ hint }: Refusal) => /Check the `([^`]+)` scope/.exec(hint)?.[1] ?? '';

export const tokenRules: readonly Rule[] = [
  {
    // AuthorizationServer refuses any client_credentials without an assertion (CustomClientCredentialsGrant).
    id: 'oauth.secret-instead-of-jwt',
    applies: (refusal) =>
      refusal.hint === 'assertion type is not supported' && !isAssertion(refusal),
    cause: () =>
      text(
        'OpenEMR does not accept a client secret for client_credentials: it wants a JWT signed with RS384.',
      ),
    fix: () =>
      text(
        'Register the client with a JWKS, enable it, and choose "signed JWT" with its private key. Or use the password or authorization code grant with this client.',
      ),
  },
  {
    id: 'oauth.grant-switched-off',
    applies: ({ error, grant }) => error === 'unsupported_grant_type' && grant === 'password',
    cause: () => text('The password grant is switched off in OpenEMR, as it is by default.'),
    fix: () =>
      text(
        'In OpenEMR open Admin > Config > Connectors and set "Enable OAuth2 Password Grant" to the users role.',
      ),
  },
  {
    id: 'oauth.grant-unknown',
    applies: ({ error, grant }) =>
      (error === 'unsupported_grant_type' || error === 'unauthorized_client') &&
      grant !== 'password',
    cause: ({ grant }) =>
      text('The server does not offer the grant {grant} to this client.', { grant }),
    fix: () => text('Choose a grant that the server lists in its discovery document.'),
  },
  {
    id: 'oauth.assertion-refused',
    applies: (refusal) =>
      refusal.error === 'invalid_client' && refusal.status === 400 && isAssertion(refusal),
    cause: () =>
      text(
        'The signed assertion was not accepted: its audience, its signature or its time does not fit.',
      ),
    fix: ({ tokenEndpoint }) =>
      text(
        'Check in this order: the key belongs to the JWKS of the client and is the first RSA key in it; the server knows its token endpoint as {tokenEndpoint} (Site Address in Connectors); both clocks agree to one minute.',
        { tokenEndpoint },
      ),
  },
  {
    // A disabled client gets the same answer as an unknown one, so this comes first: it is the common case.
    id: 'oauth.client-disabled',
    applies: ({ error, status }) => error === 'invalid_client' && status === 401,
    cause: () =>
      text(
        'The client is probably not enabled yet: OpenEMR disables every new client with user/ or system/ scopes and does not say so.',
      ),
    fix: () =>
      text(
        'In OpenEMR open Admin > System > API Clients, edit the client and press "Enable Client".',
      ),
  },
  {
    id: 'oauth.client-unknown',
    applies: ({ error, status }) => error === 'invalid_client' && status === 401,
    cause: () => text('The client id is not known to this server or site.'),
    fix: () =>
      text(
        'Compare the client id with the list under Admin > System > API Clients. OpenEMR makes the id itself: a name chosen by you does not work.',
      ),
  },
  {
    id: 'oauth.wrong-secret',
    applies: (refusal) =>
      refusal.error === 'invalid_client' && refusal.status === 401 && !isAssertion(refusal),
    cause: () => text('The client secret or the redirect URI is not the registered one.'),
    fix: () =>
      text(
        'Enter the secret again without blanks. OpenEMR shows it once, at the registration; if it is lost, register a new client.',
      ),
  },
  {
    id: 'oauth.jwks-unusable',
    applies: (refusal) =>
      refusal.error === 'invalid_client' && refusal.status === 401 && isAssertion(refusal),
    cause: () =>
      text(
        'The client has no usable JWKS: none is registered, or the server cannot fetch jwks_uri.',
      ),
    fix: () =>
      text(
        'Register the public key as "jwks" with the client. If both are given, OpenEMR uses jwks_uri, which must be reachable from the server.',
      ),
  },
  {
    id: 'oauth.user-role-missing',
    applies: (refusal) => parameterIn(refusal) === 'user_role',
    cause: () => text('OpenEMR wants user_role in the password grant, which OAuth does not know.'),
    fix: () => text('Set the user role to "users" for staff or "patient" for the portal.'),
  },
  {
    id: 'oauth.parameter-missing',
    applies: (refusal) => !['', 'user_role'].includes(parameterIn(refusal)),
    cause: (refusal) =>
      text('The field {parameter} was missing or empty.', { parameter: parameterIn(refusal) }),
    fix: (refusal) =>
      text('Fill in {parameter} and request the token again.', { parameter: parameterIn(refusal) }),
  },
  {
    id: 'oauth.login-refused',
    applies: ({ hint }) => hint === 'Failed Authentication',
    cause: () =>
      text(
        'User name or password is wrong, or Connectors allows the password grant for another role only.',
      ),
    fix: () =>
      text(
        'Sign in to OpenEMR with the same name in a browser. If that works, set "Enable OAuth2 Password Grant" in Connectors to the role in use.',
      ),
  },
  {
    id: 'oauth.mfa-needed',
    applies: ({ error }) => error.startsWith('mfa_'),
    cause: () => text('The user signs in with a second factor.'),
    fix: () => text('Use the authorization code grant, or a user without a second factor.'),
  },
  {
    // OpenEMR answers 401 invalid_request where RFC 6749 has 400 invalid_grant (issue #13613).
    id: 'oauth.refresh-refused',
    applies: ({ grant, error, hint }) =>
      grant === 'refresh_token' &&
      (error === 'invalid_grant' || /token/i.test(hint)) &&
      !hint.startsWith('Check the'),
    cause: () =>
      text(
        'The refresh token is used up: it works once, ends after three months, and belongs to one client.',
      ),
    fix: () => text('Sign in again to get a new one, and always keep the newest refresh token.'),
  },
  {
    id: 'oauth.scope-refused',
    applies: ({ error }) => error === 'invalid_scope',
    cause: (refusal) =>
      text('The server does not accept the scope {scope}.', {
        scope: scopeIn(refusal) || refusal.scopes.join(' '),
      }),
    fix: (refusal) => scopeAdvice(scopeIn(refusal), refusal.scopes),
  },
  {
    id: 'oauth.code-expired',
    applies: ({ grant, hint }) =>
      grant === 'authorization_code' &&
      (hint === 'Authorization code has expired' || hint.startsWith('Cannot decrypt the auth')),
    cause: () => text('The authorization code is too old: OpenEMR gives it one minute.'),
    fix: () => text('Start the sign-in again and let it finish without a pause.'),
  },
  {
    id: 'oauth.verifier-wrong',
    applies: ({ hint }) => /code_verifier|RFC-7636/.test(hint) && !hint.startsWith('Check the'),
    cause: () => text('The PKCE verifier does not belong to the challenge of the sign-in.'),
    fix: () =>
      text(
        'Start the sign-in again: code, verifier and challenge must come from one and the same.',
      ),
  },
  {
    id: 'oauth.redirect-differs',
    applies: ({ hint }) => hint === 'Invalid redirect URI',
    cause: () => text('The redirect URI differs from the one used at the sign-in.'),
    fix: () => text('Use the same redirect URI in both steps, down to the last slash.'),
  },
  {
    // AuthorizationController.php:1203: without a session or a form the request ends here.
    id: 'oauth.session-lost',
    applies: ({ error, description, grant }) =>
      error === 'invalid_request' &&
      description === 'Bad request' &&
      grant === 'authorization_code',
    cause: () =>
      text('The code is unknown to the server, or the sign-in was started without a state.'),
    fix: () => text('Start the sign-in again with a state, and use each code once.'),
  },
  {
    id: 'oauth.not-a-form',
    applies: ({ error, description, grant }) =>
      error === 'invalid_request' &&
      description === 'Bad request' &&
      grant !== 'authorization_code',
    cause: () => text('The form did not reach the server: grant_type was not seen there.'),
    fix: () =>
      text(
        'Check that no proxy changes the request, and that the body is a form (application/x-www-form-urlencoded), not JSON.',
      ),
  },
];
