// OpenEMR's standard API. `http` is expected to add the access token (oauth/authorized-http.ts).
import { parseBaseUrl } from '../base-url.ts';
import { WorkbenchError } from '../errors.ts';
import { isArrayOf, isRecord, parseJson } from '../guards.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import { HttpError, isSuccess, parseBody } from '../http-error.ts';
import { text } from '../text.ts';
import { apiPaths, urlOf } from './paths.ts';
import { OpenEmrValidationError, type PatientFilter, type PatientInput } from './patient.ts';
import {
  type CreatedPatient,
  isCreatedPatient,
  isEnvelope,
  isPatientRecord,
  isValidationMessages,
  type PatientRecord,
  type ValidationMessages,
} from './wire.ts';

export interface OpenEmrOptions {
  readonly http: Http;
  /** Without `/apis`, such as `http://127.0.0.1:8081`. */
  readonly baseUrl: string;
  readonly site: string;
}

interface Cancel {
  readonly signal?: AbortSignal;
}

export interface OpenEmrClient {
  searchPatients(
    filter?: PatientFilter,
    page?: Cancel & { readonly limit?: number; readonly offset?: number },
  ): Promise<readonly PatientRecord[]>;
  /** @returns `undefined` when there is no such patient, or the id is no uuid: OpenEMR tells them not apart */
  readPatient(uuid: string, cancel?: Cancel): Promise<PatientRecord | undefined>;
  createPatient(input: PatientInput, cancel?: Cancel): Promise<CreatedPatient>;
}

/**
 * Every method throws `OpenEmrValidationError` when OpenEMR names fields, `HttpError` on any other
 * refusal, and WorkbenchError `OPENEMR_BAD_ANSWER` or `HTTP_*` when there is no usable answer.
 */
export function createOpenEmrClient({ http, baseUrl, site }: OpenEmrOptions): OpenEmrClient {
  const base = parseBaseUrl(baseUrl);

  /** Data of a 2xx envelope. */
  async function call(request: HttpRequest, cancel: Cancel): Promise<unknown> {
    const headers = { accept: 'application/json', ...request.headers };
    const response = await http.send({ ...request, headers }, cancel);
    const body = await response.text();
    if (!isSuccess(response)) throw refusal(response, body);
    const value = parseBody(response, body);
    if (!isEnvelope(value)) throw badAnswer(response.url);
    return value.data;
  }

  return {
    async searchPatients(filter = {}, { limit, offset, ...cancel } = {}) {
      const query = new URLSearchParams(Object.entries(filter));
      if (limit !== undefined) query.set('_limit', String(limit));
      if (offset !== undefined) query.set('_offset', String(offset));
      const path = urlOf(base, apiPaths.patients, { site });
      const url = query.size === 0 ? path : `${path}?${query}`;
      const data = await call({ method: 'GET', url }, cancel);
      if (!isArrayOf(isPatientRecord)(data)) throw badAnswer(path);
      // OpenEMR 7.0.3: _limit=N answers N+1 rows when there are more (ProcessingResult.php:139).
      return limit === undefined ? data : data.slice(0, limit);
    },

    async readPatient(uuid, cancel = {}) {
      const url = urlOf(base, apiPaths.patient, { site, puuid: uuid });
      try {
        const data = await call({ method: 'GET', url }, cancel);
        if (Array.isArray(data) && data.length === 0) return undefined;
        if (!isPatientRecord(data)) throw badAnswer(url);
        return data;
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async createPatient(input, cancel = {}) {
      const url = urlOf(base, apiPaths.patients, { site });
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(input);
      const data = await call({ method: 'POST', url, headers, body }, cancel);
      if (!isCreatedPatient(data)) throw badAnswer(url);
      return data;
    },
  };
}

/** OpenEMR 7.0.3: an unknown patient is 400 with this rule, never 404 (PatientService.php:596). */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof OpenEmrValidationError &&
    'invalid or nonexisting value' in (error.messages['uuid'] ?? {})
  );
}

function refusal(response: HttpResponse, body: string): WorkbenchError {
  const messages = response.status === 400 ? messagesIn(body) : undefined;
  return messages === undefined
    ? new HttpError(response, body)
    : new OpenEmrValidationError(messages);
}

function messagesIn(body: string): ValidationMessages | undefined {
  const value = tryParse(body);
  if (!isRecord(value)) return undefined;
  const { validationErrors = value } = value;
  return isValidationMessages(validationErrors) && Object.keys(validationErrors).length > 0
    ? validationErrors
    : undefined;
}

function tryParse(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined; // no JSON names no field; the status speaks
  }
}

function badAnswer(url: string): WorkbenchError {
  return new WorkbenchError(
    'OPENEMR_BAD_ANSWER',
    text(
      '{url} answered in a form that is not that of OpenEMR. Check the address, the site and the version of the server.',
      { url },
    ),
  );
}
