// What the DICOMweb handlers share: addresses, the resources of a path of UIDs, multipart answers.
import { Readable } from 'node:stream';
import { descendants, inheritedTag, type Level, type Resource } from '../archive/model.ts';
import type { Answer } from '../rest/answer.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Orthanc } from '../rest/orthanc.ts';

export interface MultipartPart {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

const BOUNDARY_LENGTH = 70;

/** `http://host:port/dicom-web`: the plugin believes the Host header, and what a proxy adds sooner. */
export function baseUrl({ headers }: Call, { config, version }: Orthanc): string {
  const forwarded = forwardedBy(headers.forwarded);
  // From plugin 1.20 on the headers that most proxies set count, too, when both are there.
  const named = version.isOldDicomWeb ? undefined : proxyHeaders(headers);
  const protocol = named?.protocol ?? forwarded.get('proto') ?? 'http';
  const host = named?.host ?? forwarded.get('host') ?? headers.host ?? '127.0.0.1';
  return `${protocol}://${host}${config.dicomWebRoot}`;
}

/** RFC 7239: the first element is that of the client's side. The plugin keeps quotes. */
function forwardedBy(header = ''): ReadonlyMap<string, string> {
  const [first = ''] = header.split(',');
  return new Map(
    first.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), value.trim()] as const;
    }),
  );
}

function proxyHeaders(headers: Call['headers']): { host: string; protocol: string } | undefined {
  const host = headers['x-forwarded-host'];
  const protocol = headers['x-forwarded-proto'];
  if (host === undefined || protocol === undefined) return undefined;
  return { host: String(host), protocol: String(protocol) };
}

/** The address of a resource below the base: `/studies/1.2/series/1.3`. */
export function dicomWebPath(resource: Resource): string {
  const uid = (tag: string) => inheritedTag(resource, tag) ?? '';
  const study = `/studies/${uid('0020000D')}`;
  if (resource.level === 'Study') return study;
  const series = `${study}/series/${uid('0020000E')}`;
  return resource.level === 'Series' ? series : `${series}/instances/${uid('00080018')}`;
}

/** The resource that the UIDs of a path name; `named` is the level that a failure speaks of. @throws OrthancError 404 in the plugin's words */
export function resourceAt(call: Call, orthanc: Orthanc, named?: Level): Resource {
  const { study = '', series, instance } = call.params;
  const level: Level =
    instance !== undefined ? 'Instance' : series !== undefined ? 'Series' : 'Study';
  const wanted = instance ?? series ?? study;
  const candidates = orthanc.archive.resources.identified(level, wanted);
  const found = candidates.find((resource) => isBelow(resource, study, series));
  if (found) return found;
  throw orthanc.version.namesWholePath
    ? missing(`${named ?? level} with WADO-RS: ${study}/${series ?? ''}/${instance ?? ''}`)
    : missingIn110({ level, wanted, study, series, isElsewhere: candidates.length > 0 });
}

/** Instances at or below a resource by id; 1.10 begins with the series that came last. */
export function instancesOf(resource: Resource, { version }: Orthanc): Resource[] {
  if (version.listsById) {
    return descendants(resource, 'Instance').sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  if (resource.level !== 'Study') return descendants(resource, 'Instance');
  return [...resource.children].reverse().flatMap((series) => descendants(series, 'Instance'));
}

/** One part is sent with its length, several are streamed as they are made; `isCutShort` leaves out the end. */
export async function multipartAnswer(
  type: string,
  parts: readonly (() => Promise<MultipartPart>)[],
  orthanc: Orthanc,
  { isCutShort = false } = {},
): Promise<Answer> {
  const boundary = `${orthanc.newUuid()}-${orthanc.newUuid()}`.slice(0, BOUNDARY_LENGTH);
  const contentType = `multipart/related; type="${type}"; boundary=${boundary}`;
  const end = Buffer.from(`--${boundary}--\r\n`);
  const [first] = parts;
  if (parts.length === 1 && first && !isCutShort) {
    return {
      status: 200,
      contentType,
      body: Buffer.concat([encodedPart(await first(), boundary), end]),
    };
  }
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield encodedPart(await part(), boundary);
    if (!isCutShort) yield end;
  }
  return { status: 200, contentType, body: Readable.from(stream()) };
}

function encodedPart({ headers, bytes }: MultipartPart, boundary: string): Buffer {
  const lines = [
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${bytes.byteLength}`,
    'MIME-Version: 1.0',
  ];
  const head = `--${boundary}\r\n${lines.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]);
}

function isBelow(resource: Resource, study: string, series: string | undefined): boolean {
  const isOfStudy = inheritedTag(resource, '0020000D') === study;
  return isOfStudy && (series === undefined || inheritedTag(resource, '0020000E') === series);
}

interface Missing {
  readonly level: Level;
  readonly wanted: string;
  readonly study: string;
  readonly series: string | undefined;
  readonly isElsewhere: boolean;
}

function missingIn110({ level, wanted, study, series, isElsewhere }: Missing): OrthancError {
  if (!isElsewhere) return missing(`${level.toLowerCase()} with WADO-RS: ${wanted}`);
  const details =
    level === 'Instance'
      ? `Instance ${wanted} is not both in study ${study} and in series ${series}`
      : `Series ${wanted} is not in study ${study}`;
  return new OrthancError('inexistentItem', details);
}

function missing(what: string): OrthancError {
  return new OrthancError('inexistentItem', `Accessing an inexistent ${what}`);
}
