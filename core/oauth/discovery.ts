import { WorkbenchError } from '../errors.ts';
import { isString } from '../guards.ts';
import type { Http } from '../http.ts';
import { HttpError, isSuccess, readJson } from '../http-error.ts';
import { text } from '../text.ts';
import { type DiscoveryDocument, isDiscoveryDocument } from './wire.ts';

export interface Endpoints {
  readonly issuer?: string;
  readonly token: string;
  readonly authorization?: string;
  readonly registration?: string;
  readonly introspection?: string;
  readonly endSession?: string;
  readonly jwks?: string;
  readonly scopesSupported: readonly string[];
  readonly grantTypesSupported: readonly string[];
  readonly authMethodsSupported: readonly string[];
  readonly challengeMethodsSupported: readonly string[];
  readonly capabilities: readonly string[];
}

/**
 * Reads openid-configuration or smart-configuration.
 *
 * @throws HttpError, WorkbenchError `OAUTH_BAD_ANSWER` for JSON without a token endpoint, `HTTP_*`
 */
export async function discover(
  http: Http,
  url: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Endpoints> {
  const request = { method: 'GET', url, headers: { accept: 'application/json' } };
  const response = await http.send(request, signal === undefined ? {} : { signal });
  if (!isSuccess(response)) throw new HttpError(response, await response.text());
  return toEndpoints(
    await readJson(response, isDiscoveryDocument, () => noEndpoints(response.url)),
  );
}

function toEndpoints(document: DiscoveryDocument): Endpoints {
  return {
    token: document.token_endpoint,
    ...present('issuer', document.issuer),
    ...present('authorization', document.authorization_endpoint),
    ...present('registration', document.registration_endpoint),
    ...present('introspection', document.introspection_endpoint),
    ...present('endSession', document.end_session_endpoint),
    ...present('jwks', document.jwks_uri),
    scopesSupported: (document.scopes_supported ?? []).flat(1).filter(isString),
    grantTypesSupported: document.grant_types_supported ?? [],
    authMethodsSupported: document.token_endpoint_auth_methods_supported ?? [],
    challengeMethodsSupported: document.code_challenge_methods_supported ?? [],
    capabilities: document.capabilities ?? [],
  };
}

function present<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}

function noEndpoints(url: string): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_BAD_ANSWER',
    text(
      '{url} answered without a token endpoint. Check that the address and the site belong to an OAuth server.',
      { url },
    ),
  );
}
