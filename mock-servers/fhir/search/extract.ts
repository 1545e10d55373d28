// What the index holds of a resource: one row per value of each search parameter.
import type { IndexTable, SearchDefinitions } from './definitions.ts';
import { type SearchPath, valuesAt, valuesFrom } from './path.ts';
import { referencesOf } from './reference.ts';
import {
  datesOf,
  numbersOf,
  objectOf,
  quantitiesOf,
  stringsOf,
  tokensOf,
  urisOf,
} from './values.ts';

/** Columns after the resource's number and the parameter's key, in the order of the schema. */
export type IndexRow = readonly (string | number)[];

export interface RowSource {
  readonly definitions: SearchDefinitions;
  /** Below this a reference is local. */
  readonly baseUrl: string;
}

type Emit = (table: IndexTable, key: number, row: IndexRow) => void;

/** Gives every row of a resource to `emit`; a row may come twice. */
export function extractRows(
  resource: Readonly<Record<string, unknown>>,
  source: RowSource,
  emit: Emit,
): void {
  const type = resource['resourceType'];
  if (typeof type !== 'string') return;
  const { always, byElement } = source.definitions.indexed(type);
  for (const { key, paths } of always) {
    emit('token', key, [String(isTrueOrPresent(resource, paths)), '']);
  }
  for (const name in resource) {
    const wanted = byElement.get(name);
    if (wanted === undefined) continue;
    const value = resource[name];
    for (const { parameter, path } of wanted) {
      for (const found of valuesFrom(value, path)) {
        emitValue(parameter.table, parameter.key, found, path.type, source, emit);
      }
    }
  }
}

function emitValue(
  table: IndexTable,
  key: number,
  value: unknown,
  type: string,
  source: RowSource,
  emit: Emit,
): void {
  const rows = rowsOfValue(table, value, type, source);
  for (const row of rows.length > 0 ? rows : presence(table)) emit(table, key, row);
  if (table === 'reference') emitIdentifier(value, key, emit);
}

/** A value with nothing to compare (a concept of text alone) still is not `:missing`. */
function presence(table: IndexTable): readonly IndexRow[] {
  if (table === 'token') return [['', '']];
  return table === 'reference' ? [[0, '']] : [];
}

/** For `:identifier`: the identifier that stands in a reference. */
function emitIdentifier(value: unknown, key: number, emit: Emit): void {
  const { identifier } = objectOf(value);
  if (identifier === undefined) return;
  for (const row of tokensOf(identifier, 'Identifier')) emit('token', key, row);
}

/** Rows that one value gives in the index of a type of parameter. */
export function rowsOfValue(
  table: IndexTable,
  value: unknown,
  type: string,
  { definitions, baseUrl }: RowSource,
): readonly IndexRow[] {
  if (table === 'reference') return referencesOf(value, type, definitions, baseUrl);
  return rowsOf[table](value, type);
}

const rowsOf = {
  string: stringsOf,
  token: tokensOf,
  date: datesOf,
  number: numbersOf,
  quantity: quantitiesOf,
  uri: urisOf,
} as const;

/** Patient.deceased: `exists() and deceased != false`. */
function isTrueOrPresent(
  resource: Readonly<Record<string, unknown>>,
  paths: readonly SearchPath[],
): boolean {
  return paths.some((path) => valuesAt(resource, path).some((value) => value !== false));
}
