// Invariants that clinical resources meet all the time, decided without FHIRPath (a hundred times
// faster). A test holds each against its official expression; those not here go to fhirpath.js.
import { isObject, type JsonObject, type Scope } from './walk.ts';

/** Undefined when it cannot decide. */
export type Rule = (value: JsonObject, scope: Scope) => boolean | undefined;

const has = (value: JsonObject, name: string): boolean =>
  value[name] !== undefined || value[besideName(name)] !== undefined;
const hasChoice = (value: JsonObject, stem: string): boolean =>
  Object.keys(value).some((key) => key.startsWith(stem) && /^[A-Z]/.test(key.slice(stem.length)));

/** Holds when there is nothing to look at, else undecided. */
const unless =
  (name: string): Rule =>
  (value) =>
    has(value, name) ? undefined : true;

const rules: Readonly<Record<string, Rule>> = {
  'qty-3': (value) => !has(value, 'code') || has(value, 'system'),
  'att-1': (value) => !has(value, 'data') || has(value, 'contentType'),
  'cpt-2': (value) => !has(value, 'value') || has(value, 'system'),
  'rat-1': (value) => {
    const numerator = has(value, 'numerator');
    return numerator === has(value, 'denominator') && (numerator || has(value, 'extension'));
  },
  'ref-1': isContained,
  'per-1': periodOrder,
  'rng-2': (value) => (has(value, 'low') && has(value, 'high') ? undefined : true),
  'drt-1': unless('code'),
  'tim-1': (value) => !has(value, 'duration') || has(value, 'durationUnit'),
  'tim-2': (value) => !has(value, 'period') || has(value, 'periodUnit'),
  'tim-4': unless('duration'),
  'tim-5': unless('period'),
  'tim-6': (value) => !has(value, 'periodMax') || has(value, 'period'),
  'tim-7': (value) => !has(value, 'durationMax') || has(value, 'duration'),
  'tim-8': (value) => !has(value, 'countMax') || has(value, 'count'),
  'tim-9': unless('offset'),
  'tim-10': (value) => !has(value, 'timeOfDay') || !has(value, 'when'),
  'exp-1': (value) => has(value, 'expression') || has(value, 'reference'),
  'dom-2': (value) => containedOf(value).every((inner) => !has(inner, 'contained')),
  'dom-3': containedAreReferred,
  'dom-4': (value) =>
    metasOf(value).every((meta) => !has(meta, 'versionId') && !has(meta, 'lastUpdated')),
  'dom-5': (value) => metasOf(value).every((meta) => !has(meta, 'security')),
  'obs-3': (value) => has(value, 'low') || has(value, 'high') || has(value, 'text'),
  'obs-6': (value) => !has(value, 'dataAbsentReason') || !hasChoice(value, 'value'),
  'obs-7': (value) => (hasChoice(value, 'value') && has(value, 'component') ? undefined : true),
  'org-1': (value) => has(value, 'identifier') || has(value, 'name'),
  'org-2': (value) => value['use'] !== 'home',
  'org-3': (value) => value['use'] !== 'home',
  'prr-1': (value) => !has(value, 'orderDetail') || has(value, 'code'),
  'cpl-3': (value) => !has(value, 'detail') || !has(value, 'reference'),
  'con-3': (value) => (has(value, 'clinicalStatus') ? true : undefined),
  'con-5': (value) => (has(value, 'clinicalStatus') ? notEnteredInError(value) : true),
  'pat-1': (value) =>
    ['name', 'telecom', 'address', 'organization'].some((name) => has(value, name)),
  'con-1': (value) => has(value, 'summary') || has(value, 'assessment'),
  'con-2': (value) => has(value, 'code') || has(value, 'detail'),
  'con-4': (value) => !hasChoice(value, 'abatement') || isAbated(value),
  'app-1': (value) => has(value, 'type') || has(value, 'actor'),
  // Needs to resolve a reference, which a validator without a server cannot.
  'ctm-1': () => true,
  'csd-1': codesAreDistinct,
  'bdl-1': (value) => !has(value, 'total') || isTotalled(value['type']),
  'bdl-2': (value) =>
    value['type'] === 'searchset' || entriesOf(value).every((entry) => !has(entry, 'search')),
  'bdl-3': (value) => entriesAgree(value, 'request', ['batch', 'transaction', 'history']),
  'bdl-4': (value) =>
    entriesAgree(value, 'response', ['batch-response', 'transaction-response', 'history']),
  'bdl-7': fullUrlsAreDistinct,
  'bdl-9': (value) => (value['type'] === 'document' ? undefined : true),
  'bdl-10': (value) => value['type'] !== 'document' || has(value, 'timestamp'),
  'bdl-11': (value) => (value['type'] === 'document' ? undefined : true),
  'bdl-12': (value) => (value['type'] === 'message' ? undefined : true),
  'bdl-5': (value) => has(value, 'resource') || has(value, 'request') || has(value, 'response'),
  'bdl-8': ({ fullUrl }) => typeof fullUrl !== 'string' || !fullUrl.includes('/_history/'),
};

/** Keys that mean another rule in another resource (inv-1) are not decided here. */
export function nativeRule(key: string): Rule {
  return ruleOf.get(key) ?? undecided;
}

const undecided: Rule = () => undefined;

const ruleOf: ReadonlyMap<string, Rule> = new Map(Object.entries(rules));

const besideNames = new Map<string, string>();

/** Put together once for each name: it would cost more than the look-up that it is for. */
function besideName(name: string): string {
  const known = besideNames.get(name);
  if (known !== undefined) return known;
  const made = `_${name}`;
  besideNames.set(name, made);
  return made;
}

/** A Bundle without a type breaks another rule, not this one. */
function isTotalled(type: unknown): boolean {
  return type === undefined || type === 'searchset' || type === 'history';
}

/** Two full instants compare as instants; anything coarser is left to FHIRPath. */
function periodOrder(value: JsonObject): boolean | undefined {
  const { start, end } = value as { start?: unknown; end?: unknown };
  if (typeof start !== 'string' || typeof end !== 'string') return true;
  if (!start.includes('T') || !end.includes('T')) return start === end ? true : undefined;
  return Date.parse(start) <= Date.parse(end);
}

function isContained(value: JsonObject, { rootResource }: Scope): boolean {
  const { reference } = value as { reference?: unknown };
  if (typeof reference !== 'string' || !reference.startsWith('#')) return true;
  return containedOf(rootResource).some((inner) => inner['id'] === reference.slice(1));
}

function containedOf(value: JsonObject): readonly JsonObject[] {
  const contained = value['contained'];
  return Array.isArray(contained) ? contained.filter(isObject) : [];
}

function metasOf(value: JsonObject): readonly JsonObject[] {
  return containedOf(value)
    .map((inner) => inner['meta'])
    .filter(isObject);
}

function isAbated({ clinicalStatus }: JsonObject): boolean {
  const coding = isObject(clinicalStatus) ? clinicalStatus['coding'] : undefined;
  return (
    Array.isArray(coding) &&
    coding
      .filter(isObject)
      .some(
        ({ system, code }) =>
          system === 'http://terminology.hl7.org/CodeSystem/condition-clinical' &&
          ['resolved', 'remission', 'inactive'].some((status) => status === code),
      )
  );
}

/** Only when no coding says so; else the expression decides. */
function notEnteredInError({ verificationStatus }: JsonObject): boolean | undefined {
  return JSON.stringify(verificationStatus ?? '').includes('"entered-in-error"') ? undefined : true;
}

function entriesOf(value: JsonObject): readonly JsonObject[] {
  const entry = value['entry'];
  return Array.isArray(entry) ? entry.filter(isObject) : [];
}

function entriesAgree(value: JsonObject, name: string, types: readonly string[]): boolean {
  if (!has(value, 'type')) return entriesOf(value).length === 0;
  const expected = types.some((type) => type === value['type']);
  return entriesOf(value).every((entry) => has(entry, name) === expected);
}

function fullUrlsAreDistinct(value: JsonObject): boolean {
  if (value['type'] === 'history') return true;
  const urls = entriesOf(value)
    .filter((entry) => has(entry, 'fullUrl'))
    .map(({ fullUrl, resource }) => {
      const meta = isObject(resource) && isObject(resource['meta']) ? resource['meta'] : {};
      return JSON.stringify([fullUrl, meta['versionId']]);
    });
  return new Set(urls).size === urls.length;
}

/** Each contained resource is referred to by its container, or refers to it. */
function containedAreReferred(value: JsonObject): boolean {
  const inners = containedOf(value).filter(({ id }) => typeof id === 'string');
  if (inners.length === 0) return true;
  const missing = new Set(inners.map(({ id }) => `#${id}`));
  dropMentioned(missing, value);
  return inners.every((inner) => {
    if (!missing.has(`#${inner['id']}`)) return true;
    const container = new Set(['#']);
    dropMentioned(container, inner);
    return container.size === 0;
  });
}

/** Takes out of `texts` what stands anywhere below `value`; stops when nothing is left. */
function dropMentioned(texts: Set<string>, value: unknown): void {
  if (texts.size === 0) return;
  if (typeof value === 'string') {
    if (value.charCodeAt(0) === NUMBER_SIGN) texts.delete(value);
  } else if (Array.isArray(value)) {
    for (const item of value) dropMentioned(texts, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const key in value) dropMentioned(texts, (value as JsonObject)[key]);
  }
}

const NUMBER_SIGN = 35;

function codesAreDistinct(value: JsonObject): boolean {
  const codes: unknown[] = [];
  const collect = (concepts: unknown): void => {
    if (!Array.isArray(concepts)) return;
    for (const concept of concepts.filter(isObject)) {
      codes.push(concept['code']);
      collect(concept['concept']);
    }
  };
  collect(value['concept']);
  return new Set(codes).size === codes.length;
}

/** Names of the rules, for the test that holds them against FHIRPath. */
export const nativeRuleKeys: readonly string[] = Object.keys(rules);
