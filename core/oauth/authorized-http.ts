import type { Http } from '../http.ts';
import type { TokenSet } from './wire.ts';

/** Where the token of the calls of one connection comes from. */
export interface TokenSource {
  token(cancel?: { readonly signal?: AbortSignal }): Promise<TokenSet | undefined>;
  /** After a 401: another token than `used`, or the same when there is no other. */
  renew(used: string, cancel?: { readonly signal?: AbortSignal }): Promise<TokenSet | undefined>;
}

/**
 * Adds the access token to every call, and replaces it once when the server no longer takes it.
 * Calls without a token when the source has none, so that an open server works the same way.
 */
export function authorizedHttp(http: Http, tokens: TokenSource): Http {
  return {
    async send(request, cancel) {
      const token = await tokens.token(cancel);
      if (token === undefined) return http.send(request, cancel);
      const withToken = ({ accessToken }: TokenSet) => ({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${accessToken}` },
      });
      const response = await http.send(withToken(token), cancel);
      // OpenEMR 7.0.3: 401 without a body means a missing scope or right, which a new token would not cure.
      if (response.status !== 401 || (await response.text()) === '') return response;
      const fresh = await tokens.renew(token.accessToken, cancel);
      if (fresh === undefined || fresh.accessToken === token.accessToken) return response;
      return http.send(withToken(fresh), cancel);
    },
    close: () => http.close(),
  };
}
