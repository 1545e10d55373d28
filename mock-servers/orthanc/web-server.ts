// Another server that this one is a client of, a peer or a DICOMweb server: Orthanc's WebServiceParameters, from
// the configuration or from a PUT.
import { type Fields, isFields } from './rest/arguments.ts';
import { OrthancError } from './rest/errors.ts';
import type { JsonObject } from './rest/json.ts';

export interface WebServer {
  /** Ends with a slash. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds; 0 is the plugin's own limit. */
  readonly timeout: number;
  /** `HasDelete`, `ChunkedTransfers`, and whatever the user likes to keep there. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Fields with a meaning of their own; the others are kept as properties. */
const named = new Set(
  'Url Username Password HttpHeaders Timeout CertificateFile CertificateKeyFile CertificateKeyPassword Pkcs11'.split(
    ' ',
  ),
);

/** `["http://host/dicom-web/", "user", "password"]` or the object form. @throws OrthancError `Bad file format` */
export function parseWebServer(given: unknown): WebServer {
  if (Array.isArray(given)) {
    const [Url, Username, Password] = given;
    return parseWebServer({ Url, ...(Username !== undefined && { Username, Password }) });
  }
  if (!isFields(given)) throw new OrthancError('badFile');
  return {
    url: urlOf(given['Url'] ?? ''),
    username: stringOf(given['Username'] ?? ''),
    password: stringOf(given['Password'] ?? ''),
    headers: headersOf(given['HttpHeaders']),
    timeout: typeof given['Timeout'] === 'number' ? given['Timeout'] : 0,
    properties: propertiesOf(given),
  };
}

/** Of the configuration: an entry that is none is left out. */
export function parseWebServers(settings: Fields): ReadonlyMap<string, WebServer> {
  const servers = new Map<string, WebServer>();
  for (const [name, given] of Object.entries(settings)) {
    try {
      servers.set(name, parseWebServer(given));
    } catch (error) {
      // Orthanc itself would not start.
      if (!(error instanceof OrthancError)) throw error;
    }
  }
  return servers;
}

/** Without the password and the values of the headers. */
export function publicForm({ url, username, headers, timeout, properties }: WebServer): JsonObject {
  return {
    ...properties,
    HttpHeaders: Object.keys(headers),
    Pkcs11: false,
    Timeout: timeout,
    Url: url,
    ...(username !== '' && { Password: null, Username: username }),
  };
}

export function hasProperty({ properties }: WebServer, name: string, usual: boolean): boolean {
  const value = properties[name];
  return value === undefined ? usual : value === '1' || value === 'true';
}

function urlOf(given: unknown): string {
  const url = stringOf(given);
  if (url === '') throw new OrthancError('badFile', 'Empty URL');
  if (!/^https?:\/\//.test(url)) throw new OrthancError('badFile', `Bad URL: ${url}`);
  return url.endsWith('/') ? url : `${url}/`;
}

function stringOf(given: unknown): string {
  if (typeof given !== 'string') throw new OrthancError('badFile');
  return given;
}

function headersOf(given: unknown): Record<string, string> {
  if (given === undefined) return {};
  if (!isFields(given)) throw new OrthancError('badFile');
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, stringOf(value)]));
}

// Flags are kept as `1` and `0`, numbers as their texts.
function propertiesOf(given: Fields): Record<string, string> {
  const kept = Object.entries(given).filter(([name]) => !named.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      typeof value === 'boolean' ? (value ? '1' : '0') : String(value),
    ]),
  );
}
