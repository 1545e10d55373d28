// Orthanc's REST API as the extension, the command line and the sync use it.
import { parseBaseUrl } from '../base-url.ts';
import { type Guard, isRecord } from '../guards.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import { isSuccess, readJson } from '../http-error.ts';
import { type Downloaded, downloadTo } from './download.ts';
import { isOrthancId } from './ids.ts';
import { noImage, notFound, refusal, unexpectedAnswer, unknownId } from './orthanc-error.ts';
import { type Identified, type ResolvedId, resolveId } from './resolve.ts';
import { type UploadSource, uploadBody } from './upload-source.ts';
import {
  type Changes,
  type Deleted,
  isChanges,
  isDeleted,
  isFrameList,
  isLookup,
  isResource,
  isResourceList,
  isResourceStatistics,
  isStatistics,
  isStoredInstance,
  isSystemInfo,
  type Level,
  type LookupEntry,
  type Resource,
  resourceTypes,
  type Statistics,
  type StoredInstance,
  type SystemInfo,
} from './wire.ts';

export interface OrthancOptions {
  readonly http: Http;
  /** Such as `http://127.0.0.1:8042`. */
  readonly baseUrl: string;
  /** Of Orthanc's RegisteredUsers. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

interface Cancel {
  readonly signal?: AbortSignal;
}

export interface Page {
  readonly resources: readonly Resource[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: number | undefined;
}

export interface FindQuery {
  readonly level: Level;
  /** Names or tags to match; `*`, `?`, `\` lists and date ranges as in C-FIND, empty for any. */
  readonly query: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly since?: number;
}

export interface PreviewOptions extends Cancel {
  /** From 1; default 1. */
  readonly frame?: number;
  readonly type?: 'image/png' | 'image/jpeg';
}

export interface OrthancClient {
  readonly baseUrl: string;
  system(cancel?: Cancel): Promise<SystemInfo>;
  statistics(cancel?: Cancel): Promise<Statistics>;
  changes(page?: { since?: number; limit?: number }, cancel?: Cancel): Promise<Changes>;
  list(level: Level, page?: { since?: number; limit?: number }, cancel?: Cancel): Promise<Page>;
  /** Resources of a lower level below one, expanded: `children('studies', id, 'series')`. */
  children(parent: Level, id: string, level: Level, cancel?: Cancel): Promise<readonly Resource[]>;
  read(level: Level, id: string, cancel?: Cancel): Promise<Resource>;
  /** Every tag of an instance by name; every value is text, whatever its type. */
  simplifiedTags(instanceId: string, cancel?: Cancel): Promise<Readonly<Record<string, unknown>>>;
  /** Every tag as `gggg,eeee` with name, type and value. */
  tags(instanceId: string, cancel?: Cancel): Promise<Readonly<Record<string, unknown>>>;
  find(query: FindQuery, cancel?: Cancel): Promise<readonly Resource[]>;
  lookup(value: string, cancel?: Cancel): Promise<readonly LookupEntry[]>;
  /**
   * Turns a Study, Series or SOP Instance UID into the Orthanc id it stands for; an Orthanc id stays as it is.
   *
   * @throws WorkbenchError `ORTHANC_NOT_FOUND` when nothing, more than one thing, or something of another
   *   level has this UID
   */
  resolve(level: Level, idOrUid: string, cancel?: Cancel): Promise<ResolvedId>;
  /**
   * Finds out of what level an Orthanc id or a DICOM UID is.
   *
   * @throws WorkbenchError `ORTHANC_NOT_FOUND`
   */
  identify(idOrUid: string, cancel?: Cancel): Promise<Identified>;
  /** How many instances are part of a resource; 1 for an instance. */
  countInstances(level: Level, id: string, cancel?: Cancel): Promise<number>;
  /** Sends one file, untouched. Never retried by itself: see workflows/send-dicom.ts. */
  upload(source: UploadSource, cancel?: Cancel): Promise<StoredInstance>;
  /** Saves an instance as a DICOM file, any other level as a ZIP; the file appears when it is complete. */
  download(level: Level, id: string, path: string, cancel?: Cancel): Promise<Downloaded>;
  /** These bytes of an instance's file, both included; the whole file from an Orthanc that does not obey Range (before 1.12). */
  filePart(
    instanceId: string,
    range: { readonly start: number; readonly end: number },
    cancel?: Cancel,
  ): Promise<HttpResponse>;
  /** How many frames the instance has; 1 also for what is no image. */
  countFrames(instanceId: string, cancel?: Cancel): Promise<number>;
  /**
   * A frame as an image for people.
   *
   * @throws WorkbenchError `ORTHANC_REJECTED` when it has no such image
   */
  preview(instanceId: string, options?: PreviewOptions): Promise<Uint8Array>;
  /** Never repeated by itself: a second attempt would not find what the first has deleted. */
  delete(level: Level, id: string, cancel?: Cancel): Promise<Deleted>;
}

const DEFAULT_PAGE = 100;
/** A study of thousands of files takes its time. */
const DELETE_TIMEOUT_MS = 600_000;
/** Where most ids are asked about first. */
const upwards: readonly Level[] = ['instances', 'series', 'studies', 'patients'];

/** @throws WorkbenchError `HTTP_BAD_URL` */
export function createOrthancClient({
  http,
  baseUrl: given,
  credentials,
}: OrthancOptions): OrthancClient {
  const baseUrl = parseBaseUrl(given);
  const authorization: Readonly<Record<string, string>> =
    credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };

  async function send(request: HttpRequest, cancel?: Cancel): Promise<HttpResponse> {
    const url = `${baseUrl}${request.url}`;
    const headers = { ...authorization, ...request.headers };
    const response = await http.send({ ...request, url, headers }, cancel);
    if (!isSuccess(response)) throw await refusal(response);
    return response;
  }

  async function get<T>(path: string, guard: Guard<T>, cancel?: Cancel): Promise<T> {
    const response = await send({ method: 'GET', url: path }, cancel);
    return readJson(response, guard, () => unexpectedAnswer(`GET ${baseUrl}${withoutQuery(path)}`));
  }

  async function post<T>(path: string, body: string, guard: Guard<T>, cancel?: Cancel): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const response = await send({ method: 'POST', url: path, headers, body }, cancel);
    return readJson(response, guard, () => unexpectedAnswer(`POST ${baseUrl}${path}`));
  }

  const lookup: OrthancClient['lookup'] = (value, cancel) =>
    post('/tools/lookup', value, isLookup, cancel);

  const read: OrthancClient['read'] = (level, id, cancel) =>
    orNotFound(level, id, get(pathOf(level, id), isResource, cancel));

  async function levelOf(id: string, cancel?: Cancel): Promise<Level> {
    for (const level of upwards) {
      try {
        await get(pathOf(level, id), isResource, cancel);
        return level;
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
    }
    throw unknownId(id);
  }

  return {
    baseUrl,
    lookup,
    system: (cancel) => get('/system', isSystemInfo, cancel),
    statistics: (cancel) => get('/statistics', isStatistics, cancel),
    changes: ({ since = 0, limit = DEFAULT_PAGE } = {}, cancel) =>
      get(`/changes?since=${since}&limit=${limit}`, isChanges, cancel),
    async list(level, { since = 0, limit = DEFAULT_PAGE } = {}, cancel) {
      // Orthanc wants both or neither (facts/orthanc.md, section 5)
      const path = `/${level}?expand&since=${since}&limit=${limit}`;
      const resources = await get(path, isResourceList, cancel);
      return { resources, next: resources.length < limit ? undefined : since + resources.length };
    },
    children: (parent, id, level, cancel) =>
      orNotFound(parent, id, get(`${pathOf(parent, id)}/${level}?expand`, isResourceList, cancel)),
    read,
    simplifiedTags: (id, cancel) =>
      get(`${pathOf('instances', id)}/simplified-tags`, isRecord, cancel),
    tags: (id, cancel) => get(`${pathOf('instances', id)}/tags`, isRecord, cancel),
    find: ({ level, query, limit, since }, cancel) => {
      const body = {
        Level: resourceTypes[level],
        Query: query,
        Expand: true,
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(since === undefined ? {} : { Since: since }),
      };
      return post('/tools/find', JSON.stringify(body), isResourceList, cancel);
    },
    resolve: async (level, idOrUid, cancel) =>
      isOrthancId(idOrUid)
        ? { id: idOrUid }
        : resolveId(level, idOrUid, await lookup(idOrUid, cancel)),
    identify: async (idOrUid, cancel) =>
      isOrthancId(idOrUid)
        ? { id: idOrUid, level: await levelOf(idOrUid, cancel) }
        : resolveId(undefined, idOrUid, await lookup(idOrUid, cancel)),
    async countInstances(level, id, cancel) {
      const statistics = get(`${pathOf(level, id)}/statistics`, isResourceStatistics, cancel);
      return (await orNotFound(level, id, statistics)).CountInstances ?? 1;
    },
    async upload(source, cancel) {
      const { body, headers } = await uploadBody(source);
      const request = { method: 'POST', url: '/instances', headers, body, retry: 'never' } as const;
      const response = await send(request, cancel);
      return readJson(response, isStoredInstance, () =>
        unexpectedAnswer(`POST ${baseUrl}/instances`),
      );
    },
    async download(level, id, path, cancel) {
      const leaf = level === 'instances' ? 'file' : 'archive';
      const url = `${pathOf(level, id)}/${leaf}`;
      const response = await orNotFound(level, id, send({ method: 'GET', url }, cancel));
      return downloadTo(path, response, level === 'instances' ? 'file' : 'zip');
    },
    filePart: (id, { start, end }, cancel) => {
      const url = `${pathOf('instances', id)}/attachments/dicom/data`;
      const headers = { range: `bytes=${start}-${end}` };
      return orNotFound('instances', id, send({ method: 'GET', url, headers }, cancel));
    },
    countFrames: async (id, cancel) => {
      const frames = get(`${pathOf('instances', id)}/frames`, isFrameList, cancel);
      return (await orNotFound('instances', id, frames)).length;
    },
    async preview(id, { frame = 1, type = 'image/png', ...cancel } = {}) {
      const url = `${pathOf('instances', id)}/frames/${frame - 1}/preview`;
      try {
        const response = await send({ method: 'GET', url, headers: { accept: type } }, cancel);
        return await response.bytes();
      } catch (error) {
        if (!hasStatus(error, 404, 415)) throw error;
        await read('instances', id, cancel);
        throw noImage(id, frame, error);
      }
    },
    async delete(level, id, cancel) {
      const request = {
        method: 'DELETE',
        url: pathOf(level, id),
        retry: 'never',
        timeoutMs: DELETE_TIMEOUT_MS,
      } as const;
      const response = await orNotFound(level, id, send(request, cancel));
      return readJson(response, isDeleted, () => unexpectedAnswer(`DELETE ${baseUrl}/${level}`));
    },
  };
}

function pathOf(level: Level, id: string): string {
  return `/${level}/${encodeURIComponent(id)}`;
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/, '');
}

function basicAuthorization({
  username,
  password,
}: {
  username: string;
  password: string;
}): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** A 404 has an empty body at the root of a level: its sentence is made here. */
async function orNotFound<T>(level: Level, id: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, 404)) throw notFound(level, id, error);
    throw error;
  }
}

function hasStatus(error: unknown, ...statuses: readonly unknown[]): boolean {
  return error instanceof Error && 'status' in error && statuses.includes(error.status);
}
