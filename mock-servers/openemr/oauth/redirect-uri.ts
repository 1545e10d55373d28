import type { Client } from './state.ts';

/**
 * Exact match; the loopback addresses `127.0.0.1` and `[::1]` over http match whatever the port,
 * `localhost` does not.
 *
 * @see RFC 8252 7.3 and league RedirectUriValidators/RedirectUriValidator.php
 */
export function isRedirectUriOf(redirectUri: string, client: Client): boolean {
  if (client.redirectUris.includes(redirectUri)) return true;
  const url = URL.parse(redirectUri);
  const isLoopback =
    url?.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === '[::1]');
  return (
    isLoopback &&
    client.redirectUris.some((known) => withoutPort(known) === withoutPort(redirectUri))
  );
}

function withoutPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d+/, '$1');
}
