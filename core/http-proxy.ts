// Which requests go through a proxy, and what it means when the proxy fails. What runs on this machine is never
// reached through one.
import { WorkbenchError } from './errors.ts';
import { text } from './text.ts';

export interface ProxySettings {
  /** Address of the proxy for `http:`, such as `http://user:password@proxy:3128`. */
  readonly http?: string;
  /** For `https:`. */
  readonly https?: string;
  /** Hosts that are reached directly, as NO_PROXY lists them: `a.example, .b.example, c.example:8080`, or `*`. */
  readonly noProxy?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What curl and others read too; undefined where no proxy is set. */
export function proxyOfEnvironment(environment: Environment): ProxySettings | undefined {
  const http = variable('http_proxy', environment);
  const https = variable('https_proxy', environment);
  if (!http && !https) return undefined;
  const noProxy = noProxyOfEnvironment(environment);
  return { ...(http && { http }), ...(https && { https }), ...(noProxy && { noProxy }) };
}

export function noProxyOfEnvironment(environment: Environment): string | undefined {
  return variable('no_proxy', environment);
}

/**
 * The proxy on the way to an address; undefined for none.
 *
 * @throws WorkbenchError `HTTP_PROXY` when its own address is none
 */
export function proxyFor(url: URL, { http, https, noProxy = '' }: ProxySettings): URL | undefined {
  const address = url.protocol === 'https:' ? https : http;
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (!address || isLoopback(host)) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const exempt = noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (exempt.some((entry) => isExempt(entry, host, port))) return undefined;
  const proxy = URL.parse(/^[a-z\d]+:\/\//i.test(address) ? address : `http://${address}`);
  if (proxy && /^https?:$/.test(proxy.protocol)) return proxy;
  throw new WorkbenchError(
    'HTTP_PROXY',
    text(
      'The address of the proxy is not one of http or https. Write it as http://host:port in HTTP_PROXY and HTTPS_PROXY, or in the setting "http.proxy" of VS Code.',
    ),
  );
}

/** @returns `undefined` for a failure that is not the proxy's */
export function proxyFailure(error: unknown, proxy: URL, target: URL): WorkbenchError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  const args = { proxy: proxy.host, host: target.host };
  if (unreachable.has(code)) {
    return new WorkbenchError(
      'HTTP_PROXY',
      text(
        'The proxy {proxy} on the way to {host} does not answer. Check HTTP_PROXY and HTTPS_PROXY, or the setting "http.proxy" of VS Code.',
        args,
      ),
      { cause: error },
    );
  }
  const status = /\((\d{3})\)/.exec(error.message)?.[1];
  if (!refusals.has(code) || status === undefined) return undefined;
  return new WorkbenchError(
    'HTTP_PROXY',
    text(
      'The proxy {proxy} did not let the request through to {host} (status {status}). Check the user name and password in the address of the proxy, and what it allows.',
      { ...args, status },
    ),
    { cause: error },
  );
}

/** Nothing but the proxy is connected to, so these are about it. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
]);
/** An answer to CONNECT that is not 200, and a 407 to anything else. */
const refusals: ReadonlySet<string> = new Set(['UND_ERR_ABORTED', 'UND_ERR_INVALID_ARG']);

function variable(name: string, environment: Environment): string | undefined {
  return environment[name] || environment[name.toUpperCase()];
}

/** Also the addresses that a server is bound to and a person then copies: they lead to this machine. */
function isLoopback(host: string): boolean {
  return /^(?:.+\.)?localhost$|^127\.\d+\.\d+\.\d+$|^0\.0\.0\.0$|^::1?$|^::ffff:7f[\da-f]{2}:/.test(
    host,
  );
}

function isExempt(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  // The colons of a bare IPv6 address are not followed by a port
  const [, ip6, name = ip6 ?? '', onlyPort] =
    /^(?:([^[\]]*:[^[\]]*:[^[\]]*)|\[?(.*?)\]?(?::(\d+))?)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}
