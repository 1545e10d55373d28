// A term of the query as a criterion: parameter, modifier, chain.
import { refuseParameter } from '../outcome.ts';
import { chainCriterion, hasCriterion } from './chain.ts';
import { compositeCriterion } from './composite.ts';
import { refuseModifier, requireParameter, type SearchContext } from './context.ts';
import {
  anyOf,
  type Criterion,
  condition,
  indexCriterion,
  resourceCriterion,
  type SqlCondition,
} from './criterion.ts';
import { parseDateRange } from './date-range.ts';
import type { IndexTable, SearchParameter } from './definitions.ts';
import { matchReference } from './match-reference.ts';
import {
  matchDate,
  matchNumber,
  matchQuantity,
  matchString,
  matchToken,
  matchUri,
  splitPrefix,
} from './match-values.ts';
import { nearCriterion } from './near.ts';
import { type FilterTerm, splitEscaped, unescapeValue } from './query.ts';
import { parseLocal } from './reference.ts';
import { textCriterion } from './text-modifier.ts';

/** Each link of a chain is a SELECT within the one before; SQLite refuses about a hundred of them. */
const MAX_LINKS = 20;

/** @throws FhirError 400 naming the parameter */
export function compileFilter(type: string, term: FilterTerm, context: SearchContext): Criterion {
  if (term.name.split(/\.|_has:/).length > MAX_LINKS)
    throw refuseParameter(`A chain of more than ${MAX_LINKS} parameters is not supported.`);
  if (term.name.startsWith('_has:')) return hasCriterion(type, term, context);
  if (term.name.includes('.')) return chainCriterion(type, term, context);
  if (term.name === '_id') return idCriterion(term, context, type);
  if (term.name === '_lastUpdated') return lastUpdatedCriterion(term, context);
  const parameter = requireParameter(type, term.name, context.definitions);
  if (term.modifier === 'missing') return missingCriterion(parameter, term.value);
  return criterionOf(type, parameter, term, context);
}

function criterionOf(
  type: string,
  parameter: SearchParameter,
  term: FilterTerm,
  context: SearchContext,
): Criterion {
  const { modifier, value } = term;
  const values = splitEscaped(value, ',').filter((part) => part !== '');
  switch (parameter.type) {
    case 'string':
      allow(term, ['exact', 'contains']);
      return rows(
        'string',
        parameter,
        values.map((part) => matchString(part, modifier)),
      );
    case 'token':
      return tokenCriterion(parameter, term, values);
    case 'uri':
      allow(term, ['above', 'below']);
      return rows(
        'uri',
        parameter,
        values.map((part) => matchUri(part, modifier)),
      );
    case 'date':
      allow(term, []);
      return rows(
        'date',
        parameter,
        values.map((part) => matchDate(part, term.name, context.now, isPoint(parameter))),
      );
    case 'number':
      allow(term, []);
      return rows(
        'number',
        parameter,
        values.map((part) => matchNumber(part, term.name)),
      );
    case 'quantity':
      allow(term, []);
      return rows(
        'quantity',
        parameter,
        values.map((part) => matchQuantity(part, term.name)),
      );
    case 'reference':
      return referenceCriterion(parameter, term, values, context);
    case 'composite':
      allow(term, []);
      return compositeCriterion(type, parameter, values, context);
    case 'special':
      allow(term, []);
      return nearCriterion(parameter, values);
  }
}

function rows(
  table: IndexTable,
  parameter: SearchParameter,
  conditions: readonly SqlCondition[],
  negated = false,
): Criterion {
  const criterion = indexCriterion(table, [parameter.key], anyOf(conditions), negated);
  return parameter.isSingle ? { ...criterion, singleKey: parameter.key } : criterion;
}

function allow(term: FilterTerm, known: readonly string[]): void {
  if (term.modifier === undefined || known.includes(term.modifier)) return;
  throw refuseModifier(term);
}

function tokenCriterion(
  parameter: SearchParameter,
  term: FilterTerm,
  values: readonly string[],
): Criterion {
  if (term.modifier === 'text') return textCriterion(parameter, values);
  if (term.modifier === 'of-type') {
    // Kept as a refusal: needs the type of an identifier, which R4 gives no index form for.
    throw refuseModifier(term);
  }
  allow(term, ['not']);
  const plain = parameter.paths.every(({ type }) => /^[a-z]/.test(type)) ? parameter : undefined;
  const conditions = values.map((value) => matchToken(value, plain));
  return rows('token', parameter, conditions, term.modifier === 'not');
}

function referenceCriterion(
  parameter: SearchParameter,
  term: FilterTerm,
  values: readonly string[],
  context: SearchContext,
): Criterion {
  const { modifier } = term;
  if (modifier === 'identifier') {
    return rows(
      'token',
      parameter,
      values.map((value) => matchToken(value)),
    );
  }
  if (modifier !== undefined && context.definitions.typeNumber(modifier) === 0)
    throw refuseModifier(term);
  return rows(
    'reference',
    parameter,
    values.map((value) => matchReference(unescapeValue(value), modifier, context)),
  );
}

function missingCriterion(parameter: SearchParameter, value: string): Criterion {
  if (value !== 'true' && value !== 'false') {
    throw refuseParameter(`Invalid value for "${parameter.code}:missing": use true or false.`);
  }
  const { type } = parameter;
  if (type === 'composite' || type === 'special') {
    throw refuseParameter(`Modifier :missing is not supported for parameter "${parameter.code}".`);
  }
  return indexCriterion(
    type,
    [parameter.key],
    condition(() => '1'),
    value === 'true',
  );
}

function idCriterion(term: FilterTerm, { baseUrl }: SearchContext, type: string): Criterion {
  allow(term, ['not']);
  const ids = splitEscaped(term.value, ',').map((value) => {
    const parsed = parseLocal(value, baseUrl);
    return parsed?.type === type ? parsed.id : value;
  });
  const marks = ids.map(() => '?').join(',');
  return resourceCriterion(
    condition((row) => `${row}.id IN (${marks})`, ...ids),
    term.modifier === 'not',
  );
}

/** Dates without periods: none is wider than a year. */
function isPoint({ paths }: SearchParameter): boolean {
  return paths.every(({ type }) => ['date', 'dateTime', 'instant'].includes(type));
}

/** `updated` is an instant, so a range of it is [updated, updated + 1 ms). */
function lastUpdatedCriterion(term: FilterTerm, { now }: SearchContext): Criterion {
  allow(term, []);
  const conditions = splitEscaped(term.value, ',').map((value) => {
    const { rest } = splitPrefix(value);
    if (parseDateRange(rest.replace(' ', '+')) === undefined) {
      throw refuseParameter(`Invalid date/time format for parameter _lastUpdated: "${rest}".`);
    }
    const matched = matchDate(value, '_lastUpdated', now);
    return condition(
      (row) =>
        matched
          .sql(row)
          .replaceAll(`${row}.low`, `${row}.updated`)
          .replaceAll(`${row}.high`, `(${row}.updated+1)`),
      ...matched.args,
    );
  });
  return resourceCriterion(anyOf(conditions));
}
