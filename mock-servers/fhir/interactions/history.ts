// History of a resource, of a type, of everything: newest first. Pages follow the number of the
// change, so they stay stable while new versions arrive.
import { refuse, refuseParameter } from '../outcome.ts';
import { parseDateRange } from '../search/date-range.ts';
import type { StoredVersion } from '../store/store.ts';
import { type FhirRequest, type FhirResponse, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { type Shape, shapeOf } from './shape.ts';
import { instant, typeNumber } from './write.ts';

type HistoryRow = StoredVersion & { readonly seq: number };
/** The current versions, and those before. */
type Table = 'resource' | 'version';
type Where = (table: Table) => string;

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;
/** Term of our paging links: only changes before this one. */
const BEFORE = '_before';

export function history(world: World, request: FhirRequest): FhirResponse {
  const [type, id] = request.segments.filter((segment) => segment !== '_history');
  const number = type === undefined ? undefined : typeNumber(world, type);
  const rid =
    number === undefined || id === undefined
      ? undefined
      : requireKnown(world, number, `${type}/${id}`, id);
  const { where, args } = conditions(number, rid, request);
  const count = Math.min(countOf(request), MAX_COUNT);
  const total = countRows(world, where, args);
  const shape = shapeOf(world, request);
  const before = wholeNumber(request, BEFORE) ?? Number.MAX_SAFE_INTEGER;
  const older = (table: Table) => `${where(table)} AND seq<?`;
  const rows = readRows(world, older, [...args, before], count + 1);
  const page = rows.slice(0, count);
  const last = page.at(-1);
  const path = `${world.baseUrl()}/${request.segments.join('/')}`;
  const link = [{ relation: 'self', url: urlOf(path, request.terms) }];
  if (rows.length > count && last !== undefined) {
    const kept = request.terms.filter(([name]) => name !== BEFORE);
    link.push({ relation: 'next', url: urlOf(path, [...kept, [BEFORE, String(last.seq)]]) });
  }
  const head = {
    resourceType: 'Bundle',
    id: world.newUuid(),
    meta: { lastUpdated: instant(world.clock.now()) },
    type: 'history',
    total,
    link,
  };
  const entries = page.map((row) => entryText(world, row, shape)).join(',');
  const body = JSON.stringify(head);
  return {
    status: 200,
    body: entries === '' ? body : `${body.slice(0, -1)},"entry":[${entries}]}`,
  };
}

function requireKnown(world: World, type: number, name: string, id: string): number {
  const stored = world.store.read(type, id);
  if (stored === undefined)
    throw refuse(404, `HAPI-2001: Resource ${name} is not known`, 'not-found');
  return stored.rid;
}

function conditions(type: number | undefined, rid: number | undefined, request: FhirRequest) {
  const parts: [string | Where, number][] = [];
  if (rid !== undefined) parts.push(['rid=?', rid]);
  else if (type !== undefined) parts.push(['type=?', type]);
  const since = dateTerm(request, '_since');
  if (since !== undefined) parts.push(['updated>=?', since.low]);
  const at = dateTerm(request, '_at');
  if (at !== undefined) parts.push(['updated<?', at.high], [isCurrentAfter, at.low]);
  return {
    where: (table: Table) =>
      ['1', ...parts.map(([part]) => (typeof part === 'string' ? part : part(table)))].join(
        ' AND ',
      ),
    args: parts.map(([, value]) => value),
  };
}

/** R4 3.1.0.12, _at: versions that were current at some point of the period, whenever they began. */
function isCurrentAfter(table: Table): string {
  return `NOT EXISTS(SELECT 1 FROM (SELECT rid,version,updated FROM version UNION ALL SELECT rid,version,updated FROM resource) n WHERE n.rid=${table}.rid AND n.version=${table}.version+1 AND n.updated<=?)`;
}

function dateTerm(request: FhirRequest, name: string) {
  const value = termOf(request, name);
  if (value === undefined) return undefined;
  const range = parseDateRange(value.replace(' ', '+'));
  if (range === undefined)
    throw refuseParameter(`Invalid date/time format for parameter ${name}: "${value}".`);
  return range;
}

function countOf(request: FhirRequest): number {
  if (termOf(request, '_summary') === 'count') return 0;
  return wholeNumber(request, '_count') ?? DEFAULT_COUNT;
}

function wholeNumber(request: FhirRequest, name: string): number | undefined {
  const value = termOf(request, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value))
    throw refuseParameter(`Invalid value for parameter ${name}: "${value}" is not a number.`);
  return Number(value);
}

const columns = 'rid,type,version,updated,seq,method,body';

function readRows(
  world: World,
  where: Where,
  args: readonly number[],
  limit: number,
): HistoryRow[] {
  // Each half is read in the order of its index before they are merged.
  const half = (table: Table) =>
    `SELECT * FROM (SELECT ${columns} FROM ${table} WHERE ${where(table)} ORDER BY seq DESC LIMIT ${limit})`;
  const sql = `SELECT h.*, r.id FROM (${half('resource')} UNION ALL ${half('version')}) h JOIN resource r ON r.rid=h.rid ORDER BY h.seq DESC LIMIT ${limit}`;
  return world.store.prepare(sql).all(...args, ...args) as unknown as HistoryRow[];
}

function countRows(world: World, where: Where, args: readonly number[]): number {
  const sql = `SELECT (SELECT count(*) FROM resource WHERE ${where('resource')})+(SELECT count(*) FROM version WHERE ${where('version')}) AS n`;
  return Number(world.store.prepare(sql).get(...args, ...args)?.['n']);
}

function entryText(world: World, row: HistoryRow, shape: Shape): string {
  const type = world.definitions().types[row.type - 1];
  const { id, method, version, updated, body } = row;
  const status = method === 'DELETE' ? '204 No Content' : version === 1 ? '201 Created' : '200 OK';
  const head = JSON.stringify({
    fullUrl: `${world.baseUrl()}/${type}/${id}`,
    request: { method, url: method === 'POST' ? type : `${type}/${id}` },
    response: { status, etag: `W/"${version}"`, lastModified: instant(updated) },
  });
  return body === null ? head : `${head.slice(0, -1)},"resource":${shape(body)}}`;
}

function urlOf(path: string, terms: FhirRequest['terms']): string {
  const query = terms.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return query === '' ? path : `${path}?${query}`;
}
