// A path of a search parameter in the JSON of a resource, such as `telecom[system=email]:ContactPoint`.

export interface SearchPath {
  readonly steps: readonly Step[];
  /** FHIR type of what the path ends in. */
  readonly type: string;
  /** The path starts at the resource, not at the base of its composite. */
  readonly fromRoot: boolean;
}

interface Step {
  readonly name: string;
  readonly index: number | undefined;
  /** Only elements whose child of this name has this value. */
  readonly where: { readonly name: string; readonly value: string } | undefined;
  /** Only references to this type. */
  readonly target: string | undefined;
}

export function parsePath(text: string): SearchPath {
  const colon = text.lastIndexOf(':');
  const names = text.slice(0, colon);
  const fromRoot = names.startsWith('%.');
  const relative = fromRoot ? names.slice(2) : names;
  return {
    steps: relative === '' ? [] : splitSteps(relative).map(parseStep),
    type: text.slice(colon + 1),
    fromRoot,
  };
}

/** Dots within brackets do not separate. */
function splitSteps(path: string): string[] {
  return path.match(/[^.[]+(?:\[[^\]]*\])?/g) ?? [];
}

function parseStep(text: string): Step {
  const [, name = '', condition] = /^([^[]+)(?:\[(.*)\])?$/.exec(text) ?? [];
  const [left = '', right = ''] = condition?.split('=') ?? [];
  return {
    name,
    index: condition !== undefined && /^\d+$/.test(condition) ? Number(condition) : undefined,
    where: condition?.includes('=') ? { name: left, value: right } : undefined,
    target: condition?.startsWith('->') ? condition.slice(2) : undefined,
  };
}

/** All values a path leads to, arrays flattened. */
export function valuesAt(root: unknown, path: SearchPath): unknown[] {
  const found: unknown[] = [];
  collect(root, path.steps, 0, found);
  return found;
}

/** As `valuesAt`, from what the element of the first step holds. */
export function valuesFrom(child: unknown, { steps }: SearchPath): unknown[] {
  const found: unknown[] = [];
  const [first] = steps;
  if (first !== undefined) follow(child, first, steps, 0, found);
  return found;
}

function collect(value: unknown, steps: readonly Step[], at: number, found: unknown[]): void {
  const step = steps[at];
  if (step === undefined) {
    found.push(value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const child = (value as Readonly<Record<string, unknown>>)[step.name];
  follow(child, step, steps, at, found);
}

function follow(
  child: unknown,
  step: Step,
  steps: readonly Step[],
  at: number,
  found: unknown[],
): void {
  if (child === undefined || child === null) return;
  if (!Array.isArray(child)) {
    if (accepts(step, child, 0)) collect(child, steps, at + 1, found);
    return;
  }
  for (let index = 0; index < child.length; index += 1) {
    if (accepts(step, child[index], index)) collect(child[index], steps, at + 1, found);
  }
}

function accepts(step: Step, value: unknown, index: number): boolean {
  if (step.index !== undefined) return step.index === index;
  if (step.where === undefined && step.target === undefined) return value !== null;
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Readonly<Record<string, unknown>>;
  if (step.where !== undefined) return object[step.where.name] === step.where.value;
  return refersTo(object, step.target ?? '');
}

function refersTo({ reference, type }: Readonly<Record<string, unknown>>, target: string): boolean {
  if (typeof reference !== 'string') return type === target;
  return type === target || reference.startsWith(`${target}/`) || reference.includes(`/${target}/`);
}
