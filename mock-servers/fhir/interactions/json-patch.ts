// JSON Patch (RFC 6902) on a resource. Works on a copy; numbers keep their digits.
import { isDeepStrictEqual } from 'node:util';
import { withPlainNumbers } from '#core/fhir/validate/exact-json.ts';
import { refuse } from '../outcome.ts';

type Container = Record<string, unknown> | unknown[];

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** @throws FhirError 400 for a patch that is malformed, 422 for one that does not apply */
export function applyPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw malformed('a JSON Patch is an array of operations');
  let document = copy(target);
  for (const [index, operation] of patch.entries()) {
    if (!isOperation(operation)) throw malformed(`operation ${index} needs op and path`);
    document = apply(document, operation, index);
  }
  return document;
}

function isOperation(value: unknown): value is Operation {
  if (typeof value !== 'object' || value === null) return false;
  const { op, path, from } = value as Record<string, unknown>;
  const needsFrom = op === 'move' || op === 'copy';
  return (
    typeof op === 'string' && typeof path === 'string' && (!needsFrom || typeof from === 'string')
  );
}

function apply(document: unknown, operation: Operation, index: number): unknown {
  const { op, path, from = '' } = operation;
  const tokens = parsePointer(path, index);
  switch (op) {
    case 'add':
      return insert(document, tokens, requireValue(operation, index), index);
    case 'remove':
      return take(document, tokens, index).document;
    case 'replace':
      read(document, tokens, index);
      return put(document, tokens, requireValue(operation, index), index);
    case 'move': {
      if (path.startsWith(`${from}/`)) throw inapplicable(index, 'a value cannot move into itself');
      const taken = take(document, parsePointer(from, index), index);
      return insert(taken.document, tokens, taken.value, index);
    }
    case 'copy':
      return insert(
        document,
        tokens,
        copy(read(document, parsePointer(from, index), index)),
        index,
      );
    case 'test':
      // RFC 6902 §4.6: numbers are the same when their values are.
      if (
        isDeepStrictEqual(
          withPlainNumbers(read(document, tokens, index)),
          withPlainNumbers(requireValue(operation, index)),
        )
      )
        return document;
      throw inapplicable(index, `the value at ${path} is another one`);
    default:
      throw malformed(`operation ${index} has the unknown op "${op}"`);
  }
}

function requireValue(operation: Operation, index: number): unknown {
  if ('value' in operation) return operation.value;
  throw malformed(`operation ${index} needs a value`);
}

/** RFC 6901 */
function parsePointer(pointer: string, index: number): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/'))
    throw malformed(`operation ${index}: the path "${pointer}" does not start with "/"`);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, tokens: readonly string[], index: number): unknown {
  let value = document;
  for (const token of tokens) {
    const container = requireContainer(value, index, tokens);
    if (!hasKey(container, token))
      throw inapplicable(index, `there is nothing at /${tokens.join('/')}`);
    value = (container as Record<string, unknown>)[token];
  }
  return value;
}

function hasKey(container: Container, token: string): boolean {
  if (!Array.isArray(container)) return Object.hasOwn(container, token);
  return /^(?:0|[1-9]\d*)$/.test(token) && Number(token) < container.length;
}

function requireContainer(value: unknown, index: number, tokens: readonly string[]): Container {
  if (typeof value === 'object' && value !== null && !JSON.isRawJSON(value))
    return value as Container;
  throw inapplicable(index, `there is nothing at /${tokens.join('/')}`);
}

function parentOf(document: unknown, tokens: readonly string[], index: number): Container {
  return requireContainer(read(document, tokens.slice(0, -1), index), index, tokens);
}

function insert(
  document: unknown,
  tokens: readonly string[],
  value: unknown,
  index: number,
): unknown {
  const parent = tokens.length === 0 ? undefined : parentOf(document, tokens, index);
  if (!Array.isArray(parent)) return put(document, tokens, value, index);
  const last = tokens.at(-1) ?? '';
  const at =
    last === '-' ? parent.length : Number(/^(?:0|[1-9]\d*)$/.test(last) ? last : Number.NaN);
  if (!(at <= parent.length)) throw inapplicable(index, `"${last}" is no place in the array`);
  parent.splice(at, 0, value);
  return document;
}

function put(document: unknown, tokens: readonly string[], value: unknown, index: number): unknown {
  const last = tokens.at(-1);
  if (last === undefined) return value;
  if (last === '__proto__') throw inapplicable(index, 'this name is not an element');
  (parentOf(document, tokens, index) as Record<string, unknown>)[last] = value;
  return document;
}

function take(
  document: unknown,
  tokens: readonly string[],
  index: number,
): { document: unknown; value: unknown } {
  const value = read(document, tokens, index);
  const last = tokens.at(-1);
  if (last === undefined) throw inapplicable(index, 'the whole resource cannot be removed');
  const parent = parentOf(document, tokens, index);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return { document, value };
}

/** A deep copy; raw numbers are immutable and are kept. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}

function malformed(reason: string): Error {
  return refuse(400, `HAPI-1271: Failed to parse patch body: ${reason}.`, 'structure');
}

function inapplicable(index: number, reason: string): Error {
  return refuse(422, `Operation ${index} of the patch cannot be applied: ${reason}.`, 'processing');
}
