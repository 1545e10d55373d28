// A JSON Schema to generate resources from, derived from the R4 definitions: codes of required
// bindings, one type of each choice, plain values of each data type. The official schema is no use
// here: nothing generated from it is valid.
import type { ElementRule, Model, TypeRule } from '#core/fhir/validate/model.ts';

export interface Schema {
  readonly [keyword: string]: unknown;
}

/** Deeper parts are left out unless they are required. */
const MAX_DEPTH = 3;

const oneOf = (...values: readonly unknown[]): Schema => ({ enum: values });
const objectOf = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const words = oneOf(
  '정기',
  '추적 관찰',
  '응급',
  'routine',
  'follow-up',
  'first visit',
  'screening',
);
const dateTimes = oneOf('2025-02-03T09:30:00+09:00', '2025-04-11T14:05:00+09:00', '2025-06-20');
const quantities = objectOf({
  value: { type: 'integer', minimum: 1, maximum: 90 },
  unit: oneOf('d'),
  system: oneOf('http://unitsofmeasure.org'),
  code: oneOf('d'),
});

const primitives: Readonly<Record<string, Schema>> = {
  boolean: { type: 'boolean' },
  decimal: { type: 'integer', minimum: 0, maximum: 90 },
  integer: { type: 'integer', minimum: 0, maximum: 90 },
  unsignedInt: { type: 'integer', minimum: 0, maximum: 90 },
  positiveInt: { type: 'integer', minimum: 1, maximum: 90 },
  string: words,
  markdown: words,
  code: oneOf('example'),
  id: oneOf('part-1', 'part-2', 'part-3'),
  uri: oneOf('http://example.org/a', 'http://example.org/b'),
  url: oneOf('http://example.org/a', 'http://example.org/b'),
  canonical: oneOf('http://example.org/fhir/canonical'),
  oid: oneOf('urn:oid:2.25.1', 'urn:oid:2.25.2'),
  uuid: oneOf('urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a'),
  date: oneOf('2025-02-03', '2025-04-11', '2025-06'),
  dateTime: dateTimes,
  instant: oneOf('2025-02-03T09:30:00.000+09:00', '2025-04-11T14:05:00.000+09:00'),
  time: oneOf('09:30:00', '14:05:00'),
  base64Binary: oneOf('aGVsbG8='),
};

/** Data types in the form in which charts use them. */
const dataTypes: Readonly<Record<string, Schema>> = {
  Annotation: objectOf({ text: words }),
  Attachment: objectOf({
    contentType: oneOf('text/plain'),
    url: oneOf('http://example.org/note.txt'),
  }),
  CodeableConcept: objectOf({ text: words }),
  Coding: objectOf({
    system: oneOf('http://example.org/codes'),
    code: oneOf('a', 'b'),
    display: words,
  }),
  ContactDetail: objectOf({ name: words }),
  ContactPoint: objectOf({ system: oneOf('phone'), value: oneOf('02-0000-1234', '010-0000-5678') }),
  Expression: objectOf({ language: oneOf('text/fhirpath'), expression: oneOf('true') }),
  Dosage: objectOf({ text: words }),
  Address: objectOf({ text: oneOf('서울특별시 종로구 대학로 101'), city: oneOf('서울특별시') }),
  HumanName: objectOf({ text: oneOf('홍길동', 'John Smith') }),
  Identifier: objectOf({
    system: oneOf('http://example.org/identifier'),
    value: oneOf('A-1', 'A-2', 'A-3'),
  }),
  Money: objectOf({
    value: { type: 'integer', minimum: 1000, maximum: 9000 },
    currency: oneOf('KRW'),
  }),
  Period: objectOf({
    start: oneOf('2025-02-03T09:30:00+09:00'),
    end: oneOf('2025-04-11T14:05:00+09:00'),
  }),
  Quantity: quantities,
  Age: quantities,
  Duration: quantities,
  Range: objectOf({ low: quantities }),
  Ratio: objectOf({ numerator: quantities, denominator: quantities }),
  TriggerDefinition: objectOf({ type: oneOf('named-event'), name: words }),
  Timing: objectOf({ event: { type: 'array', items: dateTimes, minItems: 1, maxItems: 1 } }),
  Meta: objectOf({
    tag: { type: 'array', items: objectOf({ code: oneOf('seed') }), minItems: 1, maxItems: 1 },
  }),
};

/** What rules between elements ask for: elements to be there, or values that they allow. */
const mustHave: ReadonlySet<string> = new Set([
  'Appointment.participant.actor',
  'ImmunizationRecommendation.recommendation.vaccineCode',
  'NutritionOrder.supplement',
]);
const allowed: Readonly<Record<string, Schema>> = {
  'MolecularSequence.coordinateSystem': oneOf(0, 1),
  'NutritionOrder.supplement': listOf(objectOf({ productName: words })),
  'Linkage.item': listOf(
    objectOf({ type: oneOf('source', 'alternate'), resource: objectOf({ display: words }) }),
    2,
  ),
};

/** @param referables - id of a resource of each type that a reference may lead to */
export function generationSchema(
  model: Model,
  type: string,
  referables: ReadonlyMap<string, string>,
): Schema {
  const rule = model.type(type);
  if (rule === undefined) throw new TypeError(`no definition of ${type}`);
  const { properties = {}, required = [], ...rest } = objectSchema(rule, 0) ?? {};
  return {
    ...rest,
    properties: { resourceType: { const: type }, ...(properties as object) },
    required: ['resourceType', ...(required as string[])],
  };

  /** Undefined when the definition asks for nothing: an empty object is not valid. */
  function objectSchema(node: TypeRule, depth: number): Schema | undefined {
    const wanted = [...node.elements.values()].filter((element) => isWanted(node, element, depth));
    const named = Map.groupBy(wanted, ({ name }) => name);
    const chosen = [...named.values()].flatMap((options) => {
      const schema = firstSchema(node, options, depth);
      return schema ?? [];
    });
    if (chosen.length === 0) return undefined;
    return {
      type: 'object',
      properties: Object.fromEntries(chosen.map(({ json, schema }) => [json, schema])),
      required: chosen.filter(({ min }) => min > 0).map(({ json }) => json),
      minProperties: 1,
      additionalProperties: false,
    };
  }

  /** Of the types of a choice the first that can be made. */
  function firstSchema(node: TypeRule, options: readonly ElementRule[], depth: number) {
    for (const element of options) {
      const schema = schemaFor(node, element, depth);
      if (schema === undefined) continue;
      const isRequired = element.min > 0 || mustHave.has(`${node.path}.${element.json}`);
      return { json: element.json, min: isRequired ? 1 : 0, schema };
    }
    return undefined;
  }

  function schemaFor(node: TypeRule, element: ElementRule, depth: number): Schema | undefined {
    const given = allowed[`${node.path}.${element.json}`];
    if (given !== undefined) return given;
    if (isComputableName(node, element)) return oneOf('Example');
    const schema = elementSchema(element, depth);
    return schema === undefined || element.max === 1 ? schema : listOf(schema);
  }

  function elementSchema(element: ElementRule, depth: number): Schema | undefined {
    const value = valueSchema(element);
    if (value !== undefined || depth >= MAX_DEPTH) return value;
    const node = model.type(element.type);
    return node === undefined ? undefined : objectSchema(node, depth + 1);
  }

  function valueSchema({ type: code, binding, targets }: ElementRule): Schema | undefined {
    if (code === 'Reference') return referenceSchema(targets);
    if (binding === undefined) return primitives[code] ?? dataTypes[code];
    if (code === 'code') return oneOf(...binding.codes);
    const codings = [...binding.codings].map((coding) => coding.split('|'));
    const coding = { enum: codings.map(([system, own]) => ({ system, code: own })) };
    if (code === 'Coding') return coding;
    if (code === 'CodeableConcept') return objectOf({ coding: listOf(coding) });
    return primitives[code] ?? dataTypes[code];
  }

  function referenceSchema(targets: ReadonlySet<string> | undefined): Schema {
    const known = [...(targets ?? ['Patient'])].filter((name) => referables.has(name));
    if (known.length === 0) return objectOf({ display: words });
    return objectOf({
      reference: oneOf(...known.map((name) => `${name}/${referables.get(name)}`)),
    });
  }
}

const leftOut: ReadonlySet<string> = new Set([
  'id',
  'meta',
  'implicitRules',
  'language',
  'text',
  'contained',
  'extension',
  'modifierExtension',
]);

/** Rules such as sdf-0 want a name that a program can use. */
function isComputableName({ invariants }: TypeRule, { json }: ElementRule): boolean {
  return json === 'name' && invariants.some(({ key }) => key.endsWith('-0'));
}

function isWanted(node: TypeRule, { name, min, type }: ElementRule, depth: number): boolean {
  if (leftOut.has(name)) return false;
  if (mustHave.has(`${node.path}.${name}`)) return true;
  return min > 0 || (depth === 0 && type !== 'Resource');
}

function listOf(items: Schema, length = 1): Schema {
  return { type: 'array', items, minItems: length, maxItems: length };
}
