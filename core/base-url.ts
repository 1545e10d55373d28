import { WorkbenchError } from './errors.ts';
import { text } from './text.ts';

/**
 * Checks an address a person typed or a server sent, before anything is sent to it.
 *
 * @returns the address in normal form, without a trailing slash, query or fragment
 * @throws WorkbenchError `HTTP_BAD_URL`
 */
export function parseBaseUrl(input: string): string {
  const url = parseHttpUrl(input.trim());
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** @throws WorkbenchError `HTTP_BAD_URL` */
export function parseHttpUrl(input: string): URL {
  const url = URL.parse(input);
  if (url === null) throw badUrl(input);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw badUrl(input);
  if (url.username !== '' || url.password !== '') throw urlWithPassword(url.host);
  return url;
}

function badUrl(input: string): WorkbenchError {
  if (input === '') {
    return new WorkbenchError(
      'HTTP_BAD_URL',
      text('The server address is empty. Enter one such as http://127.0.0.1:8081.'),
    );
  }
  // Nothing after a `?` or an `@` is repeated: it may be a secret.
  const shown = input
    .replace(/[?#].*$/s, '')
    .replace(/^.*@/s, '')
    .slice(0, 100);
  return new WorkbenchError(
    'HTTP_BAD_URL',
    text(
      '"{url}" is not a server address. Enter one that starts with http:// or https://, such as http://127.0.0.1:8081.',
      { url: shown },
    ),
  );
}

function urlWithPassword(host: string): WorkbenchError {
  return new WorkbenchError(
    'HTTP_BAD_URL',
    text(
      'The address of {host} contains a user name or password, which would end up in logs. Remove that part and enter it as a credential instead.',
      { host },
    ),
  );
}
