// Invariants through fhirpath.js, loaded when the first one needs it (about 150 ms).
import { text } from '../../text.ts';
import { withPlainNumbers } from './exact-json.ts';
import type { Issue } from './issue.ts';
import { brokenRule, type PendingInvariant, type Scope } from './walk.ts';

type Evaluate = (value: unknown, environment: Record<string, unknown>) => unknown;

interface Engine {
  evaluator(type: string, expression: string): Evaluate;
}

let engine: Promise<Engine> | undefined;

async function loadEngine(): Promise<Engine> {
  const [{ default: fhirpath }, { default: r4 }] = await Promise.all([
    import('fhirpath'),
    import('fhirpath/fhir-context/r4'),
  ]);
  const compiled = new Map<string, Evaluate>();
  return {
    evaluator: (type, expression) => {
      const key = `${type} ${expression}`;
      const known = compiled.get(key);
      if (known !== undefined) return known;
      const made = fhirpath.compile({ base: type, expression }, r4) as Evaluate;
      compiled.set(key, made);
      return made;
    },
  };
}

/** Decides what the walk left open. */
export async function checkInvariants(pending: readonly PendingInvariant[]): Promise<Issue[]> {
  if (pending.length === 0) return [];
  engine ??= loadEngine();
  const { evaluator } = await engine;
  const plainOf = new Map<unknown, unknown>();
  const plain = (value: unknown) => {
    if (!plainOf.has(value)) plainOf.set(value, withPlainNumbers(value));
    return plainOf.get(value);
  };
  return pending.flatMap((entry) => {
    const outcome = evaluate(evaluator(entry.type, entry.invariant.expression), entry, plain);
    return outcome === undefined ? [] : [outcome];
  });
}

function evaluate(
  run: Evaluate,
  { invariant, value, scope, path, location }: PendingInvariant,
  plain: (value: unknown) => unknown,
): Issue | undefined {
  const found = { severity: invariant.severity, code: 'invariant', path, location } as const;
  try {
    const result = run(plain(value), environmentOf(scope, plain));
    // A constraint holds when it is true; an empty result counts as false, except that
    // comparisons with an absent or coarser value say "unknown", which is no fault.
    const broken = Array.isArray(result) && result[0] === false;
    return broken ? { ...found, message: brokenRule(invariant) } : undefined;
  } catch {
    // A rule that cannot be evaluated on this value is no proof of a fault; it is told, not hidden.
    // fhirpath.js 5.2.0 throws errors, and plain text where types do not compare.
    return {
      ...found,
      severity: 'warning',
      message: text('Rule {key} could not be checked.', { key: invariant.key }),
    };
  }
}

function environmentOf(scope: Scope, plain: (value: unknown) => unknown) {
  return { resource: plain(scope.resource), rootResource: plain(scope.rootResource) };
}
