// _summary and _elements: a part of a resource, marked as such
// (http://hl7.org/fhir/R4/search.html#summary).
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import type { ElementRule, Model, TypeRule } from '#core/fhir/validate/model.ts';
import { refuseParameter } from '../outcome.ts';
import { oneOf, summaries } from '../search/query.ts';
import { type FhirRequest, type JsonObject, termOf } from '../wire.ts';
import type { World } from '../world.ts';

const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'Resource encoded in summary mode',
};

/** Cuts one stored text, or gives it back as it is. */
export type Shape = (body: string) => string;

/** Whether `shapeOf` needs the definitions; they load while nothing else runs. */
export function needsModel(request: Pick<FhirRequest, 'terms'>): boolean {
  return request.terms.some(([name]) => name === '_summary' || name === '_elements');
}

export function shapeOf(world: World, request: Pick<FhirRequest, 'terms'>): Shape {
  const summary = oneOf('_summary', termOf(request, '_summary'), summaries);
  const elements = (termOf(request, '_elements') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (summary === 'data') return (body) => mark(without(parseExact(body) as JsonObject, 'text'));
  if (summary === 'true')
    return cutter(world.model(), (rule, key) => rule.elements.get(key)?.inSummary === true, true);
  if (summary === 'text') return cutter(world.model(), (_rule, key) => key === 'text');
  if (elements.length === 0) return (body) => body;
  if (elements.some((name) => name.startsWith('-')))
    throw refuseParameter('Invalid value for parameter _elements.');
  return cutter(
    world.model(),
    (rule, key) => elements.includes(key) || elements.includes(`${rule.path}.${key}`),
  );
}

type Keeps = (rule: TypeRule, key: string) => boolean;

/** @param isDeep - elements of elements are cut, too */
function cutter(model: Model, keeps: Keeps, isDeep = false): Shape {
  return (body) => {
    const resource = parseExact(body) as JsonObject;
    const rule = model.type(String(resource['resourceType']));
    return rule === undefined ? body : mark(cut(resource, rule, keeps, isDeep));
  };
}

/** What is asked for, and what must be there for the rest to be a resource. */
function cut(value: JsonObject, rule: TypeRule, keeps: Keeps, isDeep: boolean): JsonObject {
  const mandatory = new Set(rule.required.flat().map(({ json }) => json));
  const kept = Object.entries(value).filter(([name]) => {
    const key = name.startsWith('_') ? name.slice(1) : name;
    const base = rule.elements.get(key)?.name.replace('[x]', '') ?? key;
    return (
      ['resourceType', 'id', 'meta'].includes(key) ||
      mandatory.has(key) ||
      keeps(rule, key) ||
      keeps(rule, base)
    );
  });
  if (!isDeep) return Object.fromEntries(kept);
  const inner = (item: unknown, element: ElementRule | undefined): unknown => {
    if (Array.isArray(item)) return item.map((part) => inner(part, element));
    const type = element?.check === undefined ? element?.rule() : undefined;
    if (type === undefined || typeof item !== 'object' || item === null) return item;
    const part = cut(item as JsonObject, type, keeps, true);
    // An element of nothing is none.
    return Object.keys(part).length === 0 ? item : part;
  };
  return Object.fromEntries(
    kept.map(([name, item]) => [name, inner(item, rule.elements.get(name))]),
  );
}

function without(resource: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([key]) => key !== name));
}

function mark(resource: JsonObject): string {
  const meta = resource['meta'] as JsonObject;
  const tags = Array.isArray(meta['tag']) ? meta['tag'] : [];
  return JSON.stringify({ ...resource, meta: { ...meta, tag: [...tags, subsetted] } });
}
