// A transaction: everything or nothing (http://hl7.org/fhir/R4/http.html#transaction).
// What waits (validation, patches) is done first; then ids, references and writes happen in one go.
import { FhirError, refuse } from '../outcome.ts';
import type { FhirRequest, FhirResponse, JsonObject } from '../wire.ts';
import type { World } from '../world.ts';
import { answerWritten } from './answer.ts';
import { conditionOf, findAll, findOne } from './conditional.ts';
import { entryText, requestOf, responseBundle } from './entry.ts';
import { requireMatchingId, requireVersion } from './instance.ts';
import { patched, targetOf } from './patch.ts';
import { Renaming, rewriteReferences } from './references.ts';
import { needsModel } from './shape.ts';
import { conditionalId } from './type-level.ts';
import { requireResource, typeNumber, writeResource } from './write.ts';

interface Step {
  readonly index: number;
  readonly fullUrl: string | undefined;
  request: FhirRequest;
  /** `Type/id` that the entry writes, once it is known. */
  target?: string;
  /** A conditional create that found what it would create. */
  existing?: boolean;
  /** Version of what a patch was computed from. */
  patchedVersion?: number;
}

/** R4 3.1.0.11.2: the order that the result must not depend on. */
const order = ['DELETE', 'POST', 'PUT', 'PATCH', 'GET', 'HEAD'];

export async function transaction(
  world: World,
  request: FhirRequest,
  bundle: JsonObject,
  entries: readonly JsonObject[],
): Promise<FhirResponse> {
  const steps = entries.map((entry, index) =>
    at(index, (): Step => {
      const fullUrl = typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : undefined;
      return { index, fullUrl, request: requestOf(world, entry, request) };
    }),
  );
  for (const step of steps) {
    at(step.index, () => world.authorize(step.request, request));
    requirePart(world, step);
  }
  await world.validate(bundle);
  await computePatches(world, steps);
  if (steps.some((step) => needsModel(step.request))) await world.loadModel();
  const answers = world.store.transaction(() => run(world, steps));
  return responseBundle(world, 'transaction', answers);
}

/** @throws FhirError when an entry asks for what no transaction does, or lacks its resource */
function requirePart(world: World, { index, request }: Step): void {
  const { validates, waits } = at(index, () => world.route(request), '.request');
  if (waits) {
    const path = `${request.method} /${request.segments.join('/')}`;
    const words = `${path} cannot be part of a transaction: send it by itself.`;
    throw located(refuse(400, words, 'not-supported'), index, '.request');
  }
  if (!validates) return;
  const [type = '', id] = request.segments;
  at(index, () => requireResource(request.body, type), '.resource');
  // HAPI gives the resource the id of the url, whatever id it states.
  if (id !== undefined) at(index, () => requireMatchingId(id, id), '.request.url');
}

async function computePatches(world: World, steps: readonly Step[]): Promise<void> {
  for (const step of steps.filter(({ request }) => request.method === 'PATCH')) {
    const target = at(step.index, () => targetOf(world, step.request));
    const body = await patched(world, step.request, target, step.request.body).catch(
      (error: unknown) => {
        throw located(error, step.index);
      },
    );
    step.patchedVersion = target.version;
    const [type = ''] = step.request.segments;
    step.request = {
      ...step.request,
      method: 'PATCH',
      segments: [type, target.id],
      terms: [],
      body,
    };
  }
}

function run(world: World, steps: readonly Step[]): string[] {
  const sorted = steps.toSorted(
    (a, b) => order.indexOf(a.request.method) - order.indexOf(b.request.method),
  );
  const made = new Map<string, string>();
  for (const step of sorted) at(step.index, () => assignTarget(world, step, made));
  requireDistinct(sorted);
  const renamed = renamedUrls(sorted);
  const answers: string[] = [];
  for (const step of sorted) {
    answers[step.index] = at(step.index, () => entryText(world, perform(world, step, renamed)));
  }
  return answers;
}

/**
 * Finds out what an entry will write, before anything is written.
 *
 * @param made - by its condition, the id of what a conditional create of this Bundle makes
 */
function assignTarget(world: World, step: Step, made: Map<string, string>): void {
  const [type = '', id] = step.request.segments;
  if (id !== undefined) {
    if (['PUT', 'PATCH', 'DELETE'].includes(step.request.method)) step.target = `${type}/${id}`;
    return;
  }
  const found = findTarget(world, step, type, made);
  if (found !== undefined) step.target = `${type}/${found}`;
}

/** Id for an entry whose path states none. */
function findTarget(
  world: World,
  step: Step,
  type: string,
  made: Map<string, string>,
): string | undefined {
  const { request } = step;
  switch (request.method) {
    case 'POST': {
      const condition = request.headers['if-none-exist'];
      if (condition === undefined) return world.store.nextId(typeNumber(world, type));
      const key = `${type}?${condition}`;
      const existing = made.get(key) ?? findOne(world, type, condition, 'CREATE')?.id;
      step.existing = existing !== undefined;
      const id = existing ?? world.store.nextId(typeNumber(world, type));
      made.set(key, id);
      return id;
    }
    case 'PUT': {
      const stated = (request.body as JsonObject | undefined)?.['id'];
      return conditionalId(world, request, stated) ?? world.store.nextId(typeNumber(world, type));
    }
    case 'DELETE': {
      const [found, ...others] = findAll(world, type, conditionOf(request), 'DELETE');
      // Several are deleted by the condition.
      return others.length === 0 ? found?.id : undefined;
    }
    default:
      return undefined;
  }
}

/** R4 3.1.0.11.2: no resource may be written by two entries. */
function requireDistinct(steps: readonly Step[]): void {
  const seen = new Map<string, number>();
  for (const { target, index, existing } of steps) {
    if (target === undefined || existing) continue;
    if (seen.has(target)) {
      throw located(
        refuse(
          400,
          `HAPI-0535: Transaction bundle contains multiple resources with ID: ${target}`,
          'duplicate',
        ),
        index,
      );
    }
    seen.set(target, index);
  }
}

/** What references in the Bundle may call a resource, and what it is called now. */
function renamedUrls(steps: readonly Step[]): Renaming {
  const renamed = new Renaming();
  for (const { fullUrl, target } of steps) {
    if (fullUrl === undefined || target === undefined || target === fullUrl) continue;
    renamed.set(fullUrl, target);
    const [, relative] = /^https?:\/\/.*?\/([A-Z]\w+\/[A-Za-z0-9\-.]{1,64})$/.exec(fullUrl) ?? [];
    if (relative !== undefined && relative !== target) renamed.set(relative, target);
  }
  return renamed;
}

function perform(world: World, step: Step, renamed: Renaming): FhirResponse {
  const { request, target, existing } = step;
  if (target === undefined || request.method === 'GET' || request.method === 'HEAD')
    return world.run(request);
  const [type = '', id = ''] = target.split('/');
  if (existing) {
    const { status, headers } = world.run({
      ...request,
      method: 'GET',
      segments: [type, id],
      headers: {},
    });
    return { status, ...(headers === undefined ? {} : { headers }) };
  }
  if (request.method === 'DELETE')
    return world.run({ ...request, segments: [type, id], terms: [] });
  if (
    step.patchedVersion !== undefined &&
    world.store.read(typeNumber(world, type), id)?.version !== step.patchedVersion
  ) {
    throw refuse(
      409,
      `${target} was changed while the patch was computed: send the transaction again.`,
      'conflict',
    );
  }
  const body = request.body as JsonObject;
  rewriteReferences(body, renamed, (reference) => resolveConditional(world, reference));
  if (request.method === 'PUT') requireVersion(world, type, id, request);
  const method = request.method as 'POST' | 'PUT' | 'PATCH';
  return answerWritten(world, request, writeResource(world, type, id, body, method));
}

/** `Patient?identifier=...` in a reference stands for the one resource it finds. */
function resolveConditional(world: World, reference: string): string {
  const [, type = '', condition = ''] = /^([A-Z]\w+)\?(.+)$/.exec(reference) ?? [];
  const found = findOne(world, type, condition, 'REFERENCE');
  if (found === undefined) {
    throw refuse(
      400,
      `HAPI-1091: Invalid match URL "${reference}" - No resources match this search`,
      'not-found',
    );
  }
  return `${type}/${found.id}`;
}

function at<T>(index: number, work: () => T, part = ''): T {
  try {
    return work();
  } catch (error) {
    throw located(error, index, part);
  }
}

/** Says which entry, or which part of it, a refusal is about. */
function located(error: unknown, index: number, part = ''): unknown {
  if (!(error instanceof FhirError)) return error;
  const issues = error.issues.map((issue) => ({
    ...issue,
    expression: issue.expression ?? [`Bundle.entry[${index}]${part}`],
  }));
  return new FhirError(error.status, issues, error.headers);
}
