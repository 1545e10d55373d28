// A DICOM modality as the configuration or a PUT describes it, with Orthanc's words for what is wrong.
import { OrthancError } from './rest/errors.ts';

export interface Modality {
  readonly aet: string;
  readonly host: string;
  readonly port: number;
  readonly manufacturer: string;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly localAet: string;
  readonly timeout: number;
  readonly retrieveMethod: string;
}

const MAX_INT = 2 ** 31 - 1;
/** Larger numbers are floating point to jsoncpp. */
const MAX_JSON_INTEGER = 2 ** 64 - 1;

type Given = Readonly<Record<string, unknown>>;

const flagNames =
  'AllowEcho AllowFind AllowFindWorklist AllowGet AllowMove AllowStore AllowNAction AllowEventReport AllowTranscoding UseDicomTls'.split(
    ' ',
  );

/** Names of makers, and what became of those of old versions. */
const manufacturers: Readonly<Record<string, string>> = {
  Generic: 'Generic',
  GenericNoWildcardInDates: 'GenericNoWildcardInDates',
  GenericNoUniversalWildcard: 'GenericNoUniversalWildcard',
  Vitrea: 'Vitrea',
  GE: 'GE',
  ClearCanvas: 'Generic',
  Dcm4Chee: 'Generic',
  MedInria: 'Generic',
  EFilm2: 'Generic',
  SyngoVia: 'GenericNoWildcardInDates',
  AgfaImpax: 'GenericNoWildcardInDates',
};

/** `["AET", "host", 104]`, with a maker behind it, or the object form. @throws OrthancError */
export function parseModality(value: unknown): Modality {
  if (Array.isArray(value)) return parseList(value);
  if (typeof value !== 'object' || value === null) throw new OrthancError('badFile');
  const given = value as Given;
  const aet = requiredString(given, 'AET');
  const host = requiredString(given, 'Host');
  return {
    aet,
    host,
    port: portOf(given['Port']),
    manufacturer: manufacturerOf(optionalString(given, 'Manufacturer', 'Generic')),
    flags: Object.fromEntries(flagNames.map((name) => [name, flagOf(given, name)])),
    localAet: optionalString(given, 'LocalAet', ''),
    timeout: timeoutOf(given['Timeout']),
    retrieveMethod: optionalString(given, 'RetrieveMethod', 'SystemDefault'),
  };
}

function parseList(value: readonly unknown[]): Modality {
  const [AET, Host, Port, Manufacturer = 'Generic'] = value;
  const isWhole = value.length === 3 || value.length === 4;
  if (!isWhole || [AET, Host, Manufacturer].some((each) => typeof each !== 'string'))
    throw new OrthancError('badFile');
  return parseModality({ AET, Host, Port, Manufacturer });
}

function requiredString(given: Given, name: string): string {
  const value = given[name];
  if (typeof value === 'string') return value;
  throw new OrthancError('badFile', `String value expected in field: ${name}`);
}

function optionalString(given: Given, name: string, usual: string): string {
  return given[name] === undefined ? usual : requiredString(given, name);
}

function flagOf(given: Given, name: string): boolean {
  const value = given[name] ?? name !== 'UseDicomTls';
  if (typeof value === 'boolean') return value;
  throw new OrthancError('badFile', `Boolean value expected in field: ${name}`);
}

function portOf(value: unknown): number {
  const port = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof port !== 'number' || !Number.isInteger(port)) throw new OrthancError('badFile');
  if (port >= 1 && port <= 65_534) return port;
  const details = `A TCP port number must be in range [1..65534], but found: ${port}`;
  throw new OrthancError('outOfRange', details);
}

function manufacturerOf(name: string): string {
  const known = manufacturers[name];
  if (known !== undefined) return known;
  throw new OrthancError('outOfRange', `Unknown modality manufacturer: "${name}"`);
}

/** Seconds as Orthanc reads them. @throws OrthancError `Bad file format` */
export function timeoutOf(value: unknown = 0): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value > MAX_JSON_INTEGER)
    throw new OrthancError('badFile', 'Integer value expected in field: Timeout');
  // Read off 1.10.1: what no `int` holds is an exception of its JSON library.
  if (value > MAX_INT || value < -MAX_INT - 1)
    throw new OrthancError(
      'internal',
      'An unhandled exception was generated inside the HTTP server',
    );
  if (value >= 0) return value;
  throw new OrthancError('badFile', 'Unsigned integer value expected in field: Timeout');
}
