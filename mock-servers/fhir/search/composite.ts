// Composite parameters: `code$value`, both of the same element. The index narrows by the first
// component; the resource itself decides.
import { refuseParameter } from '../outcome.ts';
import { requireParameter, type SearchContext } from './context.ts';
import { anyOf, type Criterion, indexCriterion, type SqlCondition } from './criterion.ts';
import type { IndexTable, ParameterType, SearchComponent, SearchParameter } from './definitions.ts';
import { type IndexRow, rowsOfValue } from './extract.ts';
import { matchReference } from './match-reference.ts';
import {
  matchDate,
  matchNumber,
  matchQuantity,
  matchString,
  matchToken,
  matchUri,
} from './match-values.ts';
import { valuesAt } from './path.ts';
import { splitEscaped, unescapeValue } from './query.ts';

type Json = Readonly<Record<string, unknown>>;

interface Wanted {
  readonly component: SearchComponent;
  readonly table: IndexTable;
  readonly condition: SqlCondition;
}

export function compositeCriterion(
  type: string,
  parameter: SearchParameter,
  values: readonly string[],
  context: SearchContext,
): Criterion {
  const alternatives = values.map((value) => componentsOf(parameter, value, context));
  const [first] = parameter.components;
  if (first === undefined) throw new TypeError(`${parameter.code} has no components`);
  const narrow = requireParameter(type, first.code, context.definitions);
  return {
    ...indexCriterion(
      tableOf(narrow.type),
      [narrow.key],
      anyOf(alternatives.flatMap(([wanted]) => wanted?.condition ?? [])),
    ),
    accepts: (resource) =>
      alternatives.some((wanted) =>
        parameter.paths.some((path) =>
          valuesAt(resource, path).some((base) => meetsAll(resource, base, wanted, context)),
        ),
      ),
  };
}

function componentsOf(
  parameter: SearchParameter,
  value: string,
  context: SearchContext,
): readonly Wanted[] {
  const parts = splitEscaped(value, '$');
  if (parts.length !== parameter.components.length) {
    throw refuseParameter(
      `Invalid value for composite parameter "${parameter.code}": ${parameter.components.length} parts separated by $ are needed, not ${parts.length}.`,
    );
  }
  return parameter.components.map((component, index) => ({
    component,
    table: tableOf(component.type),
    condition: conditionOf(component, parts[index] ?? '', context),
  }));
}

function tableOf(type: ParameterType): IndexTable {
  if (type === 'composite' || type === 'special') throw new TypeError(`not a component: ${type}`);
  return type;
}

function conditionOf(
  { type, code }: SearchComponent,
  value: string,
  context: SearchContext,
): SqlCondition {
  switch (tableOf(type)) {
    case 'string':
      return matchString(value, undefined);
    case 'token':
      return matchToken(value);
    case 'date':
      return matchDate(value, code, context.now);
    case 'number':
      return matchNumber(value, code);
    case 'quantity':
      return matchQuantity(value, code);
    case 'uri':
      return matchUri(value, undefined);
    case 'reference':
      return matchReference(unescapeValue(value), undefined, context);
  }
}

function meetsAll(
  resource: Json,
  base: unknown,
  wanted: readonly Wanted[],
  context: SearchContext,
): boolean {
  return wanted.every(({ component, table, condition }) =>
    component.paths.some((path) =>
      valuesAt(path.fromRoot ? resource : base, path)
        .flatMap((found): readonly IndexRow[] => rowsOfValue(table, found, path.type, context))
        .some((row) => context.test(table, row, condition)),
    ),
  );
}
