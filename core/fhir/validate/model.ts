// The R4 definitions as the validator uses them. Compiled per type when first met, from the compact
// tables that build/fhir-model.mjs writes (their form is described there).

import { type PrimitiveCheck, primitiveCheck } from './primitives.ts';
import { nativeRule, type Rule } from './rules.ts';

export interface ElementRule {
  /** Key in JSON: `valueQuantity`. */
  readonly json: string;
  /** Key of the id and extensions of a primitive: `_birthDate`. */
  readonly besideJson: string;
  /** Step in FHIRPath: `value.ofType(Quantity)`. */
  readonly step: string;
  /** Name in the definition: `value[x]`. */
  readonly name: string;
  readonly min: number;
  /** Infinity for `*`. */
  readonly max: number;
  /** Type code, or a path such as `Patient.contact`. */
  readonly type: string;
  /** Of a primitive type; undefined for any other. */
  readonly check: PrimitiveCheck | undefined;
  /** True when nothing but the value of a single primitive is to be looked at, and that is good. */
  readonly accepts: ((value: unknown) => boolean) | undefined;
  /** Of what is not primitive; undefined for a resource of any type. */
  rule(): TypeRule | undefined;
  /** One of several types that may stand for the element. */
  readonly isChoice: boolean;
  /** Types a Reference may lead to; undefined for any. */
  readonly targets: ReadonlySet<string> | undefined;
  /** Codes of a required binding. */
  readonly binding: Binding | undefined;
  readonly invariants: readonly Invariant[];
  readonly inSummary: boolean;
}

export interface TypeRule {
  readonly path: string;
  readonly isResource: boolean;
  readonly elements: ReadonlyMap<string, ElementRule>;
  /** JSON names of which one must be there. */
  readonly required: readonly (readonly ElementRule[])[];
  readonly invariants: readonly Invariant[];
}

export interface Binding {
  readonly name: string;
  readonly codes: ReadonlySet<string>;
  /** Codes with their system, `system|code`. */
  readonly codings: ReadonlySet<string>;
}

export interface Invariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  readonly expression: string;
  /** Without FHIRPath, where it can. */
  readonly decide: Rule;
}

export interface Model {
  /** A data type, a resource or a path within one. */
  type(path: string): TypeRule | undefined;
  isResource(name: string): boolean;
  /** Every type and path there is. */
  readonly typeNames: readonly string[];
}

interface Tables {
  readonly types: Readonly<Record<string, TypeTable>>;
  readonly valueSets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly invariants: readonly (readonly [string, 'error' | 'warning', string, string])[];
}

interface TypeTable {
  readonly k: 'R' | 'D' | 'E' | 'B';
  readonly i?: readonly number[];
  readonly e: Readonly<Record<string, string>>;
}

const elementCommon = { id: '0 1 string', extension: '0 * Extension' };
const resourceCommon = {
  id: '0 1 id s',
  meta: '0 1 Meta s',
  implicitRules: '0 1 uri s',
  language: '0 1 code',
};

/** What every node of a kind has besides its own elements. */
const inherited: Readonly<Record<TypeTable['k'], Readonly<Record<string, string>>>> = {
  E: elementCommon,
  B: { ...elementCommon, modifierExtension: '0 * Extension s' },
  R: resourceCommon,
  D: {
    ...resourceCommon,
    text: '0 1 Narrative',
    contained: '0 * Resource',
    extension: '0 * Extension',
    modifierExtension: '0 * Extension s',
  },
};

let loaded: Promise<Model> | undefined;

/** Parses the tables once; about 8 ms. */
export function loadModel(): Promise<Model> {
  loaded ??= import('../generated/structure.ts').then(({ structureText }) =>
    compileModel(JSON.parse(structureText)),
  );
  return loaded;
}

function compileModel(tables: Tables): Model {
  const rules = new Map<string, TypeRule>();
  const bindings = new Map<string, Binding>();
  const invariants = tables.invariants.map(([key, severity, human, expression]) => ({
    key,
    severity,
    human,
    expression,
    decide: nativeRule(key),
  }));
  const invariantsAt = (indexes: readonly number[]) =>
    indexes.flatMap((index) => invariants[index] ?? []);

  const binding = (name: string): Binding => {
    const known = bindings.get(name);
    if (known !== undefined) return known;
    const made = compileBinding(name, tables.valueSets[name] ?? {});
    bindings.set(name, made);
    return made;
  };

  const type = (path: string): TypeRule | undefined => {
    const known = rules.get(path);
    if (known !== undefined) return known;
    const table = path === 'Element' ? { k: 'E' as const, e: {} } : ownTable(tables, path);
    if (table === undefined) return undefined;
    const elements = Object.entries({ ...inherited[table.k], ...table.e }).map(([name, spec]) =>
      compileElement(name, spec, { type, binding, invariantsAt }),
    );
    const rule: TypeRule = {
      path,
      isResource: 'RD'.includes(table.k),
      elements: new Map(elements.flat().map((element) => [element.json, element])),
      required: elements.filter(([first]) => first !== undefined && first.min > 0),
      invariants: invariantsAt(table.i ?? []),
    };
    rules.set(path, rule);
    return rule;
  };
  return {
    type,
    isResource: (name) => !name.includes('.') && type(name)?.isResource === true,
    typeNames: Object.keys(tables.types),
  };
}

function ownTable(tables: Tables, path: string): TypeTable | undefined {
  return Object.hasOwn(tables.types, path) ? tables.types[path] : undefined;
}

function compileBinding(name: string, systems: Readonly<Record<string, string>>): Binding {
  const listed = Object.entries(systems).map(([system, codes]) => ({
    system,
    codes: codes.split('|'),
  }));
  return {
    name,
    codes: new Set(listed.flatMap(({ codes }) => codes)),
    codings: new Set(
      listed.flatMap(({ system, codes }) => codes.map((code) => `${system}|${code}`)),
    ),
  };
}

interface Compiler {
  type(path: string): TypeRule | undefined;
  binding(name: string): Binding;
  invariantsAt(indexes: readonly number[]): readonly Invariant[];
}

/** One rule per JSON name: a choice gives one for each of its types. */
function compileElement(
  name: string,
  spec: string,
  { type, binding, invariantsAt }: Compiler,
): ElementRule[] {
  const [min = '0', max = '*', types = '', ...flags] = spec.split(' ');
  const bound = flags.find((flag) => flag.startsWith('#'));
  const indexes = flags.find((flag) => flag.startsWith('!'));
  const common = {
    name,
    min: Number(min),
    max: max === '*' ? Number.POSITIVE_INFINITY : Number(max),
    binding: bound === undefined ? undefined : binding(bound.slice(1)),
    // txt-1 and txt-2 are narrative.ts.
    invariants: (indexes === undefined
      ? []
      : invariantsAt(indexes.slice(1).split(',').map(Number))
    ).filter(({ key }) => !key.startsWith('txt-')),
    inSummary: flags.includes('s'),
  };
  const isChoice = name.endsWith('[x]');
  const stem = isChoice ? name.slice(0, -3) : name;
  return types.split('|').map((typeSpec) => {
    const [code = '', targets] = typeSpec.split(':');
    const path = code.startsWith('@') ? code.slice(1) : code;
    const json = isChoice ? stem + code.charAt(0).toUpperCase() + code.slice(1) : name;
    return {
      ...common,
      ...compileType(path, common),
      json,
      besideJson: `_${json}`,
      step: isChoice ? `${stem}.ofType(${code})` : name,
      rule: once(() => type(path)),
      isChoice: isChoice && types.includes('|'),
      targets: targets === undefined ? undefined : new Set(targets.split(',')),
    };
  });
}

function compileType(
  type: string,
  { name, max, binding, invariants }: Pick<ElementRule, 'name' | 'max' | 'binding' | 'invariants'>,
): Pick<ElementRule, 'type' | 'check' | 'accepts'> {
  const check = /^[a-z]/.test(type) ? primitiveCheck(type) : undefined;
  // Choices are compared with each other, and a narrative has rules of its own.
  const hasMore = max > 1 || invariants.length > 0 || name.endsWith('[x]') || type === 'xhtml';
  if (check === undefined || hasMore) return { type, check, accepts: undefined };
  if (binding === undefined) return { type, check, accepts: check };
  const { codes } = binding;
  const accepts = (value: unknown) => typeof value === 'string' && codes.has(value);
  return { type, check, accepts };
}

function once<T>(make: () => T | undefined): () => T | undefined {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
