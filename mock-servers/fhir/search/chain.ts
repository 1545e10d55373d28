// Chains (`subject:Patient.name=...`) and reverse chains (`_has:Observation:patient:code=...`).
import { refuseParameter } from '../outcome.ts';
import { requireParameter, type SearchContext } from './context.ts';
import {
  type Criterion,
  condition,
  indexCriterion,
  resourceCriterion,
  type SqlValue,
} from './criterion.ts';
import { type FilterTerm, parseFilter } from './query.ts';
import { selectNumbers } from './select.ts';

/** The resources referred to are those that meet the rest of the chain. */
export function chainCriterion(type: string, term: FilterTerm, context: SearchContext): Criterion {
  const dot = term.name.indexOf('.');
  const [code = '', stated] = term.name.slice(0, dot).split(':');
  const parameter = requireParameter(type, code, context.definitions);
  if (parameter.type !== 'reference') {
    throw refuseParameter(`Invalid parameter chain: ${term.name}: "${code}" is not a reference.`);
  }
  const rest: FilterTerm = { ...term, name: term.name.slice(dot + 1) };
  const branches = chainTargets(stated, parameter.targets, rest, context).map((target) => ({
    number: context.definitions.typeNumber(target),
    select: chained(target, rest, context),
  }));
  return indexCriterion('reference', [parameter.key], {
    sql: (row) =>
      branches
        .map(({ number, select }) => `(${row}.target=${number} AND ${row}.id IN (${select.sql}))`)
        .join(' OR '),
    args: branches.flatMap(({ select }) => select.args),
  });
}

/** Without a stated type, every target type that knows the next parameter. */
function chainTargets(
  stated: string | undefined,
  targets: readonly string[],
  rest: FilterTerm,
  { definitions }: SearchContext,
): readonly string[] {
  if (stated !== undefined) {
    if (definitions.typeNumber(stated) === 0)
      throw refuseParameter(`Invalid type "${stated}" in a chain.`);
    return [stated];
  }
  const next = rest.name.split(/[.:]/)[0] ?? '';
  const candidates = targets.length > 0 ? targets : definitions.types;
  const known = candidates.filter(
    (target) =>
      next === '_id' ||
      next === '_lastUpdated' ||
      next === '_has' ||
      definitions.parameters(target).has(next),
  );
  if (known.length === 0) {
    throw refuseParameter(
      `Invalid parameter chain: no target type has a search parameter "${next}".`,
    );
  }
  return known;
}

interface Select {
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

function chained(target: string, rest: FilterTerm, context: SearchContext): Select {
  const criterion = context.compile(target, rest, context);
  if (criterion.accepts !== undefined) {
    throw refuseParameter(`Parameter "${rest.name}" cannot be used in a chain.`);
  }
  const { sql, args } = selectNumbers(context.definitions.typeNumber(target), [criterion]);
  return { sql: `SELECT id FROM resource WHERE rid IN (${sql})`, args };
}

const hasPattern = /^_has:([A-Za-z]+):([\w-]+):(.+)$/;

/** `_has:Type:reference:parameter`, where the last may be another `_has`. */
export function hasCriterion(type: string, term: FilterTerm, context: SearchContext): Criterion {
  const [, source = '', code = '', rest = ''] = hasPattern.exec(term.name) ?? [];
  const { definitions } = context;
  if (definitions.typeNumber(source) === 0) {
    throw refuseParameter(
      `Invalid _has parameter: "${term.name}". Use _has:Type:reference:parameter.`,
    );
  }
  const parameter = requireParameter(source, code, definitions);
  if (parameter.type !== 'reference') {
    throw refuseParameter(`Invalid _has parameter: "${code}" of ${source} is not a reference.`);
  }
  const criterion = context.compile(source, parseFilter(rest, term.value), context);
  if (criterion.accepts !== undefined)
    throw refuseParameter(`Parameter "${rest}" cannot be used with _has.`);
  const select = selectNumbers(definitions.typeNumber(source), [criterion]);
  const number = definitions.typeNumber(type);
  return resourceCriterion(
    condition(
      (row) =>
        `${row}.id IN (SELECT id FROM index_reference WHERE param=${parameter.key} AND target=${number} AND rid IN (${select.sql}))`,
      ...select.args,
    ),
  );
}
