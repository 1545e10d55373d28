// DICOMweb (PS3.18): STOW-RS, QIDO-RS and WADO-RS as Orthanc's plug-in serves them.
import { randomUUID } from 'node:crypto';
import { parseBaseUrl } from '../base-url.ts';
import type { DicomJson } from '../dicom/json.ts';
import { WorkbenchError } from '../errors.ts';
import { type Guard, isArrayOf, isRecord } from '../guards.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import { isSuccess, parseBody, readJson } from '../http-error.ts';
import { text } from '../text.ts';
import { boundaryOf, readMultipart, writeMultipart } from './multipart.ts';
import { refusal, unexpectedAnswer } from './orthanc-error.ts';
import { type StowOutcome, stowOutcome } from './stow-outcome.ts';
import { type UploadSource, uploadBody } from './upload-source.ts';

export interface DicomWebOptions {
  readonly http: Http;
  /** Such as `http://127.0.0.1:8042/dicom-web`. */
  readonly baseUrl: string;
  /** For Basic authentication. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** A study, a series of it, or an instance of that. */
export interface DicomWebIds {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
}

interface Cancel {
  readonly signal?: AbortSignal;
}

export interface DicomWebClient {
  readonly baseUrl: string;
  /** STOW-RS. What was refused is told by instance; what was kept stays kept, also when another part failed. */
  store(sources: readonly UploadSource[], cancel?: Cancel): Promise<StowOutcome>;
  /** QIDO-RS below a study or series, or everywhere. Parameters are attribute names, `limit`, `includefield`, … */
  search(
    level: 'studies' | 'series' | 'instances',
    parameters?: Readonly<Record<string, string>>,
    within?: DicomWebIds,
    cancel?: Cancel,
  ): Promise<readonly DicomJson[]>;
  /** WADO-RS: headers of every instance as DICOM JSON. */
  metadata(ids: DicomWebIds, cancel?: Cancel): Promise<readonly DicomJson[]>;
  /** WADO-RS: every instance as it is stored, one at a time. */
  retrieve(ids: DicomWebIds, cancel?: Cancel): AsyncIterable<Uint8Array>;
  /** WADO-RS: an image for people, JPEG by default. */
  rendered(
    ids: DicomWebIds,
    type?: 'image/jpeg' | 'image/png',
    cancel?: Cancel,
  ): Promise<Uint8Array>;
}

const isDicomJsonList: Guard<DicomJson[]> = isArrayOf(
  (value: unknown): value is DicomJson => isRecord(value) && Object.values(value).every(isRecord),
);

/** @throws WorkbenchError `HTTP_BAD_URL` */
export function createDicomWebClient({
  http,
  baseUrl: given,
  credentials,
}: DicomWebOptions): DicomWebClient {
  const baseUrl = parseBaseUrl(given);
  const authorization: Readonly<Record<string, string>> =
    credentials === undefined
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`,
        };

  async function send(request: HttpRequest, cancel?: Cancel): Promise<HttpResponse> {
    const headers = { ...authorization, ...request.headers };
    return http.send({ ...request, url: `${baseUrl}${request.url}`, headers }, cancel);
  }

  async function get(path: string, accept: string, cancel?: Cancel): Promise<HttpResponse> {
    const response = await send({ method: 'GET', url: path, headers: { accept } }, cancel);
    if (!isSuccess(response)) throw await refusal(response);
    return response;
  }

  async function json(path: string, cancel?: Cancel): Promise<readonly DicomJson[]> {
    const response = await get(path, 'application/dicom+json', cancel);
    // PS3.18 8.3.4.4: nothing found; Orthanc sends [] instead
    if (response.status === 204) return [];
    return readJson(response, isDicomJsonList, () => unexpectedAnswer('DICOMweb'));
  }

  return {
    baseUrl,
    async store(sources, cancel) {
      const boundary = randomUUID();
      const parts = await Promise.all(sources.map(toPart));
      const type = `multipart/related; type="application/dicom"; boundary="${boundary}"`;
      const headers = { 'content-type': type, accept: 'application/dicom+json' };
      const body = () => writeMultipart(parts, boundary);
      const request = { method: 'POST', url: '/studies', headers, body, retry: 'never' } as const;
      const response = await send(request, cancel);
      // Orthanc: 400 and 409 say in the same form which parts were kept after all
      if (!isSuccess(response) && response.status !== 409 && response.status !== 400) {
        throw await refusal(response);
      }
      const outcome = stowOutcome(await bodyOf(response));
      if (outcome === undefined) throw await refusal(response);
      return outcome;
    },
    search: (level, parameters = {}, within, cancel) => {
      const query = queryOf(parameters);
      const scope = within === undefined ? '' : pathOf(within);
      return json(`${scope}/${level}${query === '' ? '' : `?${query}`}`, cancel);
    },
    metadata: (ids, cancel) => json(`${pathOf(ids)}/metadata`, cancel),
    async *retrieve(ids, cancel) {
      // Without the star the plug-in decompresses everything
      const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
      const response = await get(pathOf(ids), accept, cancel);
      const boundary = boundaryOf(response.headers['content-type']);
      if (boundary === undefined) throw unexpectedAnswer('WADO-RS');
      try {
        for await (const { body } of readMultipart(response.stream(), boundary)) yield body;
      } catch (error) {
        throw error instanceof RangeError ? cutOff(error) : error;
      }
    },
    async rendered(ids, type = 'image/jpeg', cancel) {
      return (await get(`${pathOf(ids)}/rendered`, type, cancel)).bytes();
    },
  };
}

async function toPart(source: UploadSource) {
  const { body } = await uploadBody(source);
  const chunks = typeof body === 'function' ? body : () => [Buffer.from(body)];
  return { type: 'application/dicom', body: chunks };
}

/** Undefined for a body that is no JSON. */
async function bodyOf(response: HttpResponse): Promise<unknown> {
  const body = await response.text();
  if (isSuccess(response)) return parseBody(response, body);
  try {
    return parseBody(response, body);
  } catch {
    // The status says the rest
    return undefined;
  }
}

/** Orthanc (1.10.1, 1.12.7) takes a query as it stands, so what a URL can hold unescaped stays so. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  const escaped = (text: string) =>
    encodeURIComponent(text).replace(/%(?:2C|2F|3A|3D|3F|40|5C|5E)/g, decodeURIComponent);
  return Object.entries(parameters)
    .map((parameter) => parameter.map(escaped).join('='))
    .join('&');
}

function pathOf({ study, series, instance }: DicomWebIds): string {
  const parts = [`/studies/${encodeURIComponent(study)}`];
  if (series !== undefined) parts.push(`/series/${encodeURIComponent(series)}`);
  if (instance !== undefined) parts.push(`/instances/${encodeURIComponent(instance)}`);
  return parts.join('');
}

function cutOff(cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'HTTP_DROPPED',
    text('The answer of the DICOMweb server broke off before its end. Try again.'),
    { cause },
  );
}
