// Turns what a socket, a TLS handshake or the HTTP parser reports into one sentence with a cure.
// Works on error codes only, so it needs no network library.
import { type ErrorCode, WorkbenchError } from './errors.ts';
import { type Text, text } from './text.ts';

interface Failure {
  readonly code: ErrorCode;
  readonly sentence: (args: Text['args']) => Text;
}

/**
 * @param url - fit for showing: without query and userinfo
 * @returns `undefined` for what is no failure of the network, such as a bad argument
 */
export function describeFailure(error: unknown, url: string): WorkbenchError | undefined {
  const failure = failureOf(codeOf(error));
  if (failure === undefined) return undefined;
  const { host } = new URL(url);
  return new WorkbenchError(failure.code, failure.sentence({ url, host }), { cause: error });
}

/** The request never got as far as being acted upon, or its fate is unknown but it may be repeated. */
export function isPassing(error: WorkbenchError): boolean {
  return error.code === 'HTTP_REFUSED' || error.code === 'HTTP_DROPPED';
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // undici's parser error has a code only for some faults.
  return error.name === 'HTTPParserError' ? 'HPE' : codeOf(error.cause);
}

function failureOf(code: string): Failure | undefined {
  if (code.startsWith('HPE')) return notHttp;
  return failures[code] ?? (tlsCode.test(code) ? tlsOther : undefined);
}

/** OpenSSL's handshake faults and its X509_V_ERR_* names, as far as no sentence of their own names them. */
const tlsCode =
  /^(?:ERR_SSL|ERR_TLS|EPROTO|CERT_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|UNABLE_TO)/;

const refused: Failure = {
  code: 'HTTP_REFUSED',
  sentence: (args) =>
    text(
      'Nothing answers at {host}: the connection was refused. Check that the server is running and that the port is right.',
      args,
    ),
};
const unreachable: Failure = {
  code: 'HTTP_REFUSED',
  sentence: (args) =>
    text('There is no network path to {host}. Check the address, the network and the VPN.', args),
};
const unknownHost: Failure = {
  code: 'HTTP_UNKNOWN_HOST',
  sentence: (args) =>
    text(
      'The name in {host} is not known. Check the spelling; names of Docker services are known only inside Docker, so use 127.0.0.1 or the name of the machine.',
      args,
    ),
};
const connectTimeout: Failure = {
  code: 'HTTP_TIMEOUT',
  sentence: (args) =>
    text(
      'No connection to {host} within the time limit. Check the address, the firewall and the VPN.',
      args,
    ),
};
const timeout: Failure = {
  code: 'HTTP_TIMEOUT',
  sentence: (args) =>
    text(
      '{url} accepted the request but did not answer within the time limit. Try again, or check what keeps the server busy.',
      args,
    ),
};
const dropped: Failure = {
  code: 'HTTP_DROPPED',
  sentence: (args) =>
    text('{host} closed the connection before the answer was complete. Try again.', args),
};
const notHttp: Failure = {
  code: 'HTTP_DROPPED',
  sentence: (args) =>
    text(
      'What answers at {host} does not speak HTTP. Check the port: it may belong to another service, such as DICOM or a database.',
      args,
    ),
};
const notTls: Failure = {
  code: 'HTTP_NOT_TLS',
  sentence: (args) =>
    text(
      'The address says https, but {host} does not speak TLS. Use http:// or the https port of the server.',
      args,
    ),
};
const selfSigned: Failure = {
  code: 'HTTP_TLS',
  sentence: (args) =>
    text(
      'The certificate of {host} is self-signed, so it was not trusted. If it is yours, save it as a PEM file and start again with NODE_EXTRA_CA_CERTS set to that file.',
      args,
    ),
};
const unknownIssuer: Failure = {
  code: 'HTTP_TLS',
  sentence: (args) =>
    text(
      'The certificate of {host} was issued by an authority that is not known here. Save the certificate of that authority as a PEM file and start again with NODE_EXTRA_CA_CERTS set to it.',
      args,
    ),
};
const wrongName: Failure = {
  code: 'HTTP_TLS',
  sentence: (args) =>
    text(
      'The certificate of {host} was issued for another name. Use the name that the certificate carries, or renew the certificate.',
      args,
    ),
};
const expired: Failure = {
  code: 'HTTP_TLS',
  sentence: (args) =>
    text(
      'The certificate of {host} has expired. Renew it on the server, and check the clock of this machine.',
      args,
    ),
};
const notYetValid: Failure = {
  code: 'HTTP_TLS',
  sentence: (args) =>
    text('The certificate of {host} is not valid yet. Check the clocks of both machines.', args),
};
const tlsOther: Failure = {
  code: 'HTTP_TLS',
  sentence: (args) =>
    text(
      'The TLS handshake with {host} failed. Check which TLS versions and client certificates the server demands.',
      args,
    ),
};

const failures: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: refused,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  ECONNRESET: dropped,
  ECONNABORTED: dropped,
  EPIPE: dropped,
  UND_ERR_SOCKET: dropped,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: dropped,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ETIMEDOUT: connectTimeout,
  UND_ERR_CONNECT_TIMEOUT: connectTimeout,
  UND_ERR_HEADERS_TIMEOUT: timeout,
  UND_ERR_BODY_TIMEOUT: timeout,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_HTTP_REQUEST: notTls,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongName,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
};
