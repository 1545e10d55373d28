// Searches one resource type. Paging works only where OpenEMR's does, see `fhirPaging` of the profile.
import type { FhirResource } from '#core/fhir/r4.ts';
import type { Profile } from '../profiles.ts';
import type { Settings } from '../settings.ts';
import { type Condition, conditionOf, SearchFieldError } from './search-field.ts';
import type { FhirContext, FhirService } from './service.ts';

interface SearchRequest {
  /** In the order sent; a repeated name is AND. */
  readonly query: readonly (readonly [string, string])[];
  /** One resource by its id, whether or not `_id` is a parameter of the type. */
  readonly id?: string;
  /** Only what belongs to this patient. */
  readonly boundTo?: string;
}

const pagingParameters = ['_count', '_offset', '_sort'];
const maxCount = 200;

/** @throws SearchFieldError for an unknown parameter or a wrong value */
export function searchResources(
  service: FhirService,
  request: SearchRequest,
  context: FhirContext,
  settings: Pick<Settings, 'bugs'>,
): FhirResource[] {
  const { profile, records } = context;
  const isPaging = ([name]: readonly [string, string]) =>
    pagingParameters.includes(name) && pagingIsKnown(profile.fhirPaging, settings);
  const paging = new Map(request.query.filter(isPaging));
  const conditions = request.query
    .filter((parameter) => !isPaging(parameter))
    .map(([key, value]) => parameterCondition(service, key, value, profile));
  if (request.id !== undefined)
    conditions.push({ sql: '"uuid" = ?', bound: [idOf(service, request.id)] });
  conditions.push(...compartment(service, request.boundTo));
  const where = conditions.map((condition) => condition.sql).join(' AND ') || '1';
  const bound = conditions.flatMap((condition) => condition.bound);
  const tail = service.type === 'Patient' ? pagingClause(service, paging) : '';
  const grouping = service.oneRowPerMember ? ' GROUP BY "uuid"' : '';
  return service.sources.flatMap((source) =>
    records.database
      .all(`SELECT * FROM (${source.sql}) WHERE ${where}${grouping}${tail}`, ...bound)
      .map((row) => source.toResource(row, context)),
  );
}

// UUIDs compare as bytes in OpenEMR, so their case does not matter; other ids are taken as they are.
function idOf(service: FhirService, id: string): string {
  return service.hasOtherIds ? id : id.toLowerCase();
}

function parameterCondition(
  service: FhirService,
  key: string,
  value: string,
  profile: Profile,
): Condition {
  const [name = '', modifier = ''] = key.split(':');
  const parameter = Object.hasOwn(service.parameters, name) ? service.parameters[name] : undefined;
  if (!parameter || (parameter.isNew && !profile.hasServiceRequest)) {
    throw new SearchFieldError(key, 'This search field does not exist or is not supported');
  }
  return conditionOf(name, modifier, value, parameter);
}

function compartment(service: FhirService, patientUuid: string | undefined): Condition[] {
  if (patientUuid === undefined || !service.inPatientCompartment) return [];
  const column = service.type === 'Patient' ? 'uuid' : 'puuid';
  const unowned = service.sharesUnowned ? ` OR "${column}" IS NULL` : '';
  return [{ sql: `("${column}" = ?${unowned})`, bound: [patientUuid.toLowerCase()] }];
}

function pagingIsKnown(paging: string, { bugs }: Pick<Settings, 'bugs'>): boolean {
  return paging !== 'unknown-parameter' || !bugs.fhirPagingUnknown;
}

// From 7.0.4, and for Patient alone: only FhirPatientService passes the paging on.
function pagingClause(service: FhirService, paging: ReadonlyMap<string, string>): string {
  const order = (paging.get('_sort') ?? '').split(',').flatMap((name) => {
    const columns = service.parameters[name.replace(/^-/, '')]?.columns ?? [];
    return columns.map((column) => `"${column}" ${name.startsWith('-') ? 'DESC' : 'ASC'}`);
  });
  const count = Math.min(Number.parseInt(paging.get('_count') ?? '', 10) || 0, maxCount);
  const offset = Math.max(Number.parseInt(paging.get('_offset') ?? '', 10) || 0, 0);
  const sorted = order.length > 0 ? ` ORDER BY ${order.join()}` : '';
  return count > 0 ? `${sorted} LIMIT ${count} OFFSET ${offset}` : sorted;
}
