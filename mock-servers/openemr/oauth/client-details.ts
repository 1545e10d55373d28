// GET /oauth2/{site}/client/{path}: what was registered.
import { type Answer, jsonAnswer, noStore, type OAuthRequest, phpHtml } from './answer.ts';
import { isSameSecret } from './client-auth.ts';
import type { OAuthDeps } from './deps.ts';
import { OAuthFailure } from './oauth-failure.ts';

export function clientDetails(request: OAuthRequest, deps: OAuthDeps): Answer {
  const token = request.query.get('access_token') || bearerToken(request.header('authorization'));
  if (!token) throw refused('No Access Code');
  const path = request.path.slice(request.path.indexOf('/client/') + '/client/'.length);
  const client = [...deps.state.clients.values()].find((known) => known.registrationPath === path);
  if (!client) throw refused('Invalid client');
  const { clientDetailsRefused } = deps.settings().bugs;
  if (clientDetailsRefused || !isSameSecret(token, client.registrationToken)) {
    // OpenEMR: with a space in the error's name.
    throw refused('Invalid registration token', 'invalid _request');
  }
  return jsonAnswer(
    {
      client_id: client.id,
      client_secret: client.secret ?? '',
      contacts: client.contacts,
      application_type: client.role,
      client_name: client.name,
      redirect_uris: client.redirectUris,
    },
    { headers: deps.profile.registrationIsJson ? noStore : { 'content-type': phpHtml } },
  );
}

function refused(description: string, error = 'invalid_request'): OAuthFailure {
  return new OAuthFailure(error, description, { status: 403 });
}

function bearerToken(authorization = ''): string {
  const [scheme = '', token = ''] = authorization.split(' ');
  return scheme.toLowerCase() === 'bearer' ? token.trimEnd() : '';
}
