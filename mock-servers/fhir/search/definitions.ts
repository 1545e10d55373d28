// The official R4 search parameters, compiled to plain JSON paths by build/fhir-model.mjs. Parsed
// when first needed (3 ms), so that a start does not pay for it.
import { parsePath, type SearchPath } from './path.ts';

export type ParameterType =
  | 'string'
  | 'token'
  | 'reference'
  | 'date'
  | 'number'
  | 'quantity'
  | 'uri'
  | 'composite'
  | 'special';

/** Types of parameters that have an index table of their own. */
export type IndexTable = Exclude<ParameterType, 'composite' | 'special'>;

export interface SearchParameter {
  /** Number of (type, code) in the index tables; stays the same as R4 does. */
  readonly key: number;
  readonly code: string;
  readonly type: ParameterType;
  readonly paths: readonly SearchPath[];
  /** A resource has at most one value of it. */
  readonly isSingle: boolean;
  /** Types that a reference parameter may lead to; empty for any. */
  readonly targets: readonly string[];
  readonly components: readonly SearchComponent[];
  /** Of codes that the resource states without it; undefined when their value set has several. */
  readonly system: string | undefined;
}

export interface SearchComponent {
  readonly code: string;
  readonly type: ParameterType;
  readonly paths: readonly SearchPath[];
}

export interface IndexPlan {
  /** Have a value in every resource, such as Patient.deceased. */
  readonly always: readonly SearchParameter[];
  /** By the element of the resource that a path starts with. */
  readonly byElement: ReadonlyMap<string, readonly IndexedPath[]>;
}

export interface IndexedPath {
  readonly parameter: { readonly key: number; readonly table: IndexTable };
  readonly path: SearchPath;
}

export interface SearchDefinitions {
  /** The 146 concrete types, in alphabetical order. */
  readonly types: readonly string[];
  /** Place in `types`, counted from 1; 0 stands for what is not a type. */
  typeNumber(name: string): number;
  parameters(type: string): ReadonlyMap<string, SearchParameter>;
  /** What the index has to look for in a resource of the type. */
  indexed(type: string): IndexPlan;
  /** Codes of the parameters of `type` that put it into a compartment; undefined when it is not in it. */
  compartment(name: string, type: string): readonly string[] | undefined;
  readonly compartmentNames: readonly string[];
}

interface ParameterTable {
  readonly t: ParameterType;
  readonly p: string;
  readonly s?: 1;
  readonly r?: string;
  readonly v?: string;
  readonly c?: readonly { readonly c: string; readonly t: ParameterType; readonly p: string }[];
}

interface Tables {
  readonly parameters: Readonly<Record<string, Readonly<Record<string, ParameterTable>>>>;
  readonly compartments: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Parameters of every type (http://hl7.org/fhir/R4/search.html#all) that the index holds. */
const common: Readonly<Record<string, ParameterTable>> = {
  _profile: { t: 'uri', p: 'meta.profile:uri' },
  _security: { t: 'token', p: 'meta.security:Coding' },
  _source: { t: 'uri', p: 'meta.source:uri' },
  _tag: { t: 'token', p: 'meta.tag:Coding' },
};

/** More than any type has parameters. */
const KEYS_PER_TYPE = 1000;

export function compileDefinitions(text: string): SearchDefinitions {
  const tables: Tables = JSON.parse(text);
  const types = Object.keys(tables.parameters);
  const numbers = new Map(types.map((name, index) => [name, index + 1]));
  const compiled = new Map<string, ReadonlyMap<string, SearchParameter>>();
  const plans = new Map<string, IndexPlan>();
  const typeNumber = (name: string) => numbers.get(name) ?? 0;
  const parameters = (type: string) => {
    const known = compiled.get(type);
    if (known !== undefined) return known;
    const table = { ...common, ...tables.parameters[type] };
    const made = new Map(
      Object.keys(table)
        .sort()
        .map((code, index) => {
          const key = typeNumber(type) * KEYS_PER_TYPE + index;
          return [code, compileParameter(key, code, table[code])];
        }),
    );
    compiled.set(type, made);
    return made;
  };
  return {
    types,
    typeNumber,
    parameters,
    indexed(type) {
      const known = plans.get(type);
      if (known !== undefined) return known;
      const made = planIndex([...parameters(type).values()]);
      plans.set(type, made);
      return made;
    },
    compartment: (name, type) => tables.compartments[name]?.[type]?.split(' '),
    compartmentNames: Object.keys(tables.compartments),
  };
}

function compileParameter(
  key: number,
  code: string,
  table: ParameterTable | undefined,
): SearchParameter {
  if (table === undefined) throw new TypeError(`no definition of ${code}`);
  return {
    key,
    code,
    type: table.t,
    paths: pathsOf(table.p),
    isSingle: table.s === 1,
    targets: table.r === undefined || table.r === '*' ? [] : table.r.split(' '),
    system: table.v,
    components: (table.c ?? []).map(({ c, t, p }) => ({ code: c, type: t, paths: pathsOf(p) })),
  };
}

function planIndex(parameters: readonly SearchParameter[]): IndexPlan {
  const always = parameters.filter(({ paths }) => paths[0]?.type === 'exists');
  const byElement = new Map<string, IndexedPath[]>();
  for (const parameter of parameters) {
    const { key, type: table, paths } = parameter;
    if (table === 'composite' || table === 'special' || always.includes(parameter)) continue;
    for (const path of paths) {
      const element = path.steps[0]?.name ?? '';
      byElement.set(element, [
        ...(byElement.get(element) ?? []),
        { parameter: { key, table }, path },
      ]);
    }
  }
  return { always, byElement };
}

function pathsOf(text: string): SearchPath[] {
  return text.split(' ').map(parsePath);
}
