// Where a validation stands in the resource, and what it has found so far.
import { type Text, text } from '../../text.ts';
import { isRawNumber } from './exact-json.ts';
import type { Inspection } from './faultless.ts';
import type { Issue, IssueCode } from './issue.ts';
import type { Invariant, Model } from './model.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The resource that an element belongs to, and the one that contains that (the same, as a rule). */
export interface Scope {
  readonly resource: JsonObject;
  readonly rootResource: JsonObject;
}

/** An invariant that only FHIRPath can decide, with what it is to be decided on. */
export interface PendingInvariant {
  readonly invariant: Invariant;
  readonly value: unknown;
  /** Type of the value, as FHIRPath needs to know it. */
  readonly type: string;
  readonly scope: Scope;
  readonly path: string;
  readonly location: readonly (string | number)[];
}

export class Walk {
  readonly issues: Issue[] = [];
  readonly pending: PendingInvariant[] = [];
  readonly model: Model;
  readonly inspection: Pick<Inspection, 'accepts'>;
  readonly #keys: (string | number)[] = [];
  readonly #steps: (string | number)[] = [];
  #root = '';

  constructor(model: Model, inspection: Pick<Inspection, 'accepts'>) {
    this.model = model;
    this.inspection = inspection;
  }

  /** Put together only when something is found: most of a walk finds nothing. */
  get path(): string {
    const rest = this.#steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    return `${this.#root}${rest.join('')}`;
  }

  enterRoot(name: string): void {
    this.#root = name;
  }

  enter(key: string | number, step: string | number): void {
    this.#keys.push(key);
    this.#steps.push(step);
  }

  leave(): void {
    this.#keys.pop();
    this.#steps.pop();
  }

  report(code: IssueCode, message: Text, severity: Issue['severity'] = 'error'): void {
    this.issues.push({ severity, code, path: this.path, location: [...this.#keys], message });
  }

  check(invariants: readonly Invariant[], value: unknown, type: string, scope: Scope): void {
    if (invariants.length === 0) return;
    const object = isObject(value) ? value : undefined;
    for (const invariant of invariants) {
      const held = object === undefined ? undefined : invariant.decide(object, scope);
      if (held === false) this.report('invariant', brokenRule(invariant), invariant.severity);
      if (held !== undefined) continue;
      this.pending.push({
        invariant,
        value,
        type,
        scope,
        path: this.path,
        location: [...this.#keys],
      });
    }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
  );
}

export function brokenRule({ key, human }: Invariant): Text {
  return text('Rule {key} is broken: {human}', { key, human });
}
