// What the keys of the mocks' notes mean, in words. Sentences that the clients' own findings have too are
// the same ones, so that both are translated once; which of them applies is decided apart.
import { type Text, text } from '#core/text.ts';

export interface Explanation {
  readonly cause: Text;
  readonly fix: Text;
}

export const openemrExplanations: Readonly<Record<string, Explanation>> = {
  'api.header-missing': {
    cause: text('The request carried no access token, or a proxy removed the header.'),
    fix: text('Request a token first. Behind Apache, let the Authorization header through.'),
  },
  'api.right-missing': {
    cause: text('The user behind the token lacks the right (ACL) in OpenEMR.'),
    fix: text('Give the user the right under Admin > ACL, or sign in as another user.'),
  },
  'api.route-unknown': {
    cause: text('OpenEMR has no such path or method here.'),
    fix: text(
      'Compare the path with the API documentation; the standard API is below /apis/default/api, FHIR below /apis/default/fhir.',
    ),
  },
  'api.scope-missing': {
    cause: text(
      'The token lacks a scope for this resource, or api:oemr, which the standard API needs beside it.',
    ),
    fix: text(
      'Compare granted and requested scopes, and request a token with the missing one from a client registered for it.',
    ),
  },
  'api.server-failed': {
    cause: text('OpenEMR itself failed on this request, as the real one does.'),
    fix: text('Change the request: the real server gives no reason but an entry in its log.'),
  },
  'api.site-unknown': {
    cause: text('This OpenEMR has no such site.'),
    fix: text('Set the site to "default", unless your OpenEMR was set up with several sites.'),
  },
  'api.switched-off': {
    cause: text('This API is switched off in OpenEMR, as it is by default.'),
    fix: text('In OpenEMR open Admin > Config > Connectors and enable this API.'),
  },
  'api.token-not-accepted': {
    cause: text(
      'The token has ended, comes from another server, or was cut short when it was copied.',
    ),
    fix: text('Request a new token from this server. OpenEMR tokens live 5 or 60 minutes.'),
  },
  'api.token-revoked': {
    cause: text('The token was revoked: by a refresh, a sign-out or the administrator.'),
    fix: text('Request a new token. After a refresh only the newest access token is valid.'),
  },
  'guide.grant-not-ticked': {
    cause: text('The grant {grant} is not ticked for this client on the admin page.'),
    fix: text(
      'Tick the grant on the admin page of the mock, or use another one. Real OpenEMR has no such boxes.',
    ),
  },
  'guide.path-without-site': {
    cause: text(
      'The mock took a path without a site because this client is marked as in the guides.',
    ),
    fix: text('Real OpenEMR answers only under /oauth2/SITE: put "default" behind /oauth2.'),
  },
  'guide.secret-accepted': {
    cause: text(
      'The mock took a secret for client_credentials because this client is marked as in the guides.',
    ),
    fix: text(
      'Real OpenEMR refuses this: use a signed assertion there. --strict switches the leniency off.',
    ),
  },
  'oauth.apis-switched-off': {
    cause: text('This API is switched off in OpenEMR, as it is by default.'),
    fix: text('In OpenEMR open Admin > Config > Connectors and enable this API.'),
  },
  'oauth.assertion-missing': {
    cause: text(
      'OpenEMR wants a signed assertion (RS384) for client_credentials, and the request carried none.',
    ),
    fix: text(
      'Send client_assertion_type and client_assertion, and register the client with a JWKS.',
    ),
  },
  'oauth.assertion-refused': {
    cause: text(
      'The signed assertion was not accepted: its audience, its signature or its time does not fit.',
    ),
    fix: text(
      'Check in this order: the key belongs to the JWKS of the client, the audience is the token endpoint as discovery names it, the assertion is not older than a minute and used once.',
    ),
  },
  'oauth.client-disabled': {
    cause: text(
      'The client {clientId} is registered but not enabled, as every new one in OpenEMR.',
    ),
    fix: text(
      'In OpenEMR open Admin > System > API Clients, edit the client and press "Enable Client".',
    ),
  },
  'oauth.client-not-confidential': {
    cause: text('The client was registered without a secret or key, so it cannot prove who it is.'),
    fix: text('Register a confidential client (application_type "private") with a JWKS.'),
  },
  'oauth.client-unknown': {
    cause: text('The client id is not known to this server or site.'),
    fix: text(
      'Compare the client id with the list under Admin > System > API Clients. OpenEMR makes the id itself: a name chosen by you does not work.',
    ),
  },
  'oauth.code-expired': {
    cause: text('The authorization code is too old: OpenEMR gives it one minute.'),
    fix: text('Start the sign-in again and let it finish without a pause.'),
  },
  'oauth.grant-switched-off': {
    cause: text('The password grant is switched off in OpenEMR, as it is by default.'),
    fix: text(
      'In OpenEMR open Admin > Config > Connectors and set "Enable OAuth2 Password Grant" to the users role.',
    ),
  },
  'oauth.grant-unknown': {
    cause: text('The server does not offer this grant to the client.'),
    fix: text('Choose a grant that the server lists in its discovery document.'),
  },
  'oauth.jwks-unusable': {
    cause: text(
      'The client has no usable JWKS: none is registered, or the server cannot fetch jwks_uri.',
    ),
    fix: text(
      'Register the public key as "jwks" with the client. If both are given, OpenEMR uses jwks_uri, which must be reachable from the server.',
    ),
  },
  'oauth.login-refused': {
    cause: text(
      'User name or password is wrong, or Connectors allows the password grant for another role only.',
    ),
    fix: text(
      'Sign in to OpenEMR with the same name in a browser. If that works, set "Enable OAuth2 Password Grant" in Connectors to the role in use.',
    ),
  },
  'oauth.mfa-needed': {
    cause: text('The user signs in with a second factor.'),
    fix: text('Use the authorization code grant, or a user without a second factor.'),
  },
  'oauth.no-refresh-token': {
    cause: text('There is no refresh token without the scope offline_access.'),
    fix: text(
      'Register the client as confidential with offline_access. client_credentials never gives a refresh token: request a new token instead.',
    ),
  },
  'oauth.not-a-form': {
    cause: text('The form did not reach the server: grant_type was not seen there.'),
    fix: text(
      'Check that no proxy changes the request, and that the body is a form (application/x-www-form-urlencoded), not JSON.',
    ),
  },
  'oauth.parameter-missing': {
    cause: text('The field {parameter} was missing or empty.'),
    fix: text('Fill in {parameter} and request the token again.'),
  },
  'oauth.path-without-site': {
    cause: text('The path lacks the site: OpenEMR serves OAuth under /oauth2/SITE.'),
    fix: text('Put "default" behind /oauth2, such as /oauth2/default/token.'),
  },
  'oauth.redirect-differs': {
    cause: text('The redirect URI differs from the one used at the sign-in.'),
    fix: text('Use the same redirect URI in both steps, down to the last slash.'),
  },
  'oauth.refresh-refused': {
    cause: text(
      'The refresh token is used up: it works once, ends after three months, and belongs to one client.',
    ),
    fix: text('Sign in again to get a new one, and always keep the newest refresh token.'),
  },
  'oauth.registered-disabled': {
    cause: text(
      'The new client {clientId} is not enabled yet: OpenEMR registers every client with user/ or system/ scopes disabled.',
    ),
    fix: text(
      'In OpenEMR open Admin > System > API Clients, edit the client and press "Enable Client".',
    ),
  },
  'oauth.registration-refused': {
    cause: text('The registration lacks something or names something that OpenEMR does not take.'),
    fix: text(
      'Send client_name, redirect_uris and a scope, and compare every scope with "scopes_supported" of the discovery document.',
    ),
  },
  'oauth.scope-dropped': {
    cause: text(
      'The client was not registered with these scopes: OpenEMR drops them without an error.',
    ),
    fix: text(
      'Register a client with these scopes, or remove them from the request. OpenEMR cannot add scopes to a client later.',
    ),
  },
  'oauth.scope-refused': {
    cause: text('The server does not accept one of the scopes.'),
    fix: text('Compare the scopes with "scopes_supported" of the discovery document.'),
  },
  'oauth.secret-instead-of-jwt': {
    cause: text(
      'OpenEMR does not accept a client secret for client_credentials: it wants a JWT signed with RS384.',
    ),
    fix: text(
      'Register the client with a JWKS, enable it, and choose "signed JWT" with its private key. Or use the password or authorization code grant with this client.',
    ),
  },
  'oauth.session-lost': {
    cause: text('The code is unknown to the server, or the sign-in was started without a state.'),
    fix: text('Start the sign-in again with a state, and use each code once.'),
  },
  'oauth.site-unknown': {
    cause: text('This OpenEMR has no such site.'),
    fix: text('Set the site to "default", unless your OpenEMR was set up with several sites.'),
  },
  'oauth.user-role-missing': {
    cause: text('OpenEMR wants user_role in the password grant, which OAuth does not know.'),
    fix: text('Set the user role to "users" for staff or "patient" for the portal.'),
  },
  'oauth.verifier-wrong': {
    cause: text('The PKCE verifier does not belong to the challenge of the sign-in.'),
    fix: text(
      'Start the sign-in again: code, verifier and challenge must come from one and the same.',
    ),
  },
  'oauth.wrong-secret': {
    cause: text('The client secret is not the registered one.'),
    fix: text(
      'Enter the secret again without blanks. OpenEMR shows it once, at the registration; if it is lost, register a new client.',
    ),
  },
  'openemr.acl-denied': {
    cause: text('The user lacks the right {permission} in OpenEMR.'),
    fix: text('Give the user the right under Admin > ACL, or sign in as another user.'),
  },
  'openemr.fhir-search-ignored': {
    cause: text('OpenEMR refuses or ignores the search parameter {parameter}.'),
    fix: text('Use a parameter that the capability statement lists for the resource.'),
  },
  'openemr.limit-gives-one-more': {
    cause: text('OpenEMR answers one record more than the limit of {limit}.'),
    fix: text('Expect one more record, or leave the limit out.'),
  },
  'openemr.patient-list-empty': {
    cause: text('The patient has no entries in the list {list}, which OpenEMR answers with 404.'),
    fix: text('Treat this 404 as an empty list.'),
  },
  'openemr.role-mismatch': {
    cause: text('The role {role} of the token has no access to this path.'),
    fix: text('Request a token for the other role: "users" for staff, "patient" for the portal.'),
  },
  'openemr.scope-missing': {
    cause: text('The token lacks the scope {scope}.'),
    fix: text(
      'Compare granted and requested scopes, and request a token with the missing one from a client registered for it.',
    ),
  },
};
