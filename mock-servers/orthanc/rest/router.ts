// Orthanc's RestApiHierarchy: literal names before wildcards, a directory listing where a node has only
// literal children, 405 with Allow where the URI exists for other methods.
import type { Answer } from './answer.ts';

export type Method = 'GET' | 'POST' | 'DELETE' | 'PUT';
// The order in which Orthanc lists methods under Allow.
const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

interface Node<Handler> {
  readonly children: Map<string, Node<Handler>>;
  readonly wildcards: Map<string, Node<Handler>>;
  readonly handlers: Map<Method, Handler>;
  /** Handlers of `{...}`: whatever follows. */
  readonly trailing: Map<Method, Handler>;
}

export interface Match<Handler> {
  readonly handler: Handler;
  readonly params: Readonly<Record<string, string>>;
  readonly trailing: readonly string[];
}

export type Lookup<Handler> =
  | { readonly kind: 'match'; readonly match: Match<Handler> }
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'not-allowed'; readonly allow: readonly Method[] }
  | { readonly kind: 'unknown' };

export class Hierarchy<Handler extends (...args: never[]) => Promise<Answer> | Answer> {
  readonly #root: Node<Handler> = newNode();

  /** `path` is such as `/studies/{id}/metadata/{name}` or `/instances/{id}/content/{...}`. */
  add(method: Method, path: string, handler: Handler): void {
    let node = this.#root;
    for (const part of path.split('/').filter(Boolean)) {
      if (part === '{...}') {
        node.trailing.set(method, handler);
        return;
      }
      node = part.startsWith('{')
        ? childOf(node.wildcards, part.slice(1, -1))
        : childOf(node.children, part);
    }
    node.handlers.set(method, handler);
  }

  find(method: Method, uri: readonly string[]): Lookup<Handler> {
    const found = find(this.#root, uri, 0, {}, (handlers) => handlers.get(method));
    if (found) return { kind: 'match', match: found };
    const names = directory(this.#root, uri, 0);
    if (names && method === 'GET') return { kind: 'directory', names };
    const allow = new Set<Method>();
    find(this.#root, uri, 0, {}, (handlers) => {
      for (const name of handlers.keys()) allow.add(name);
      return undefined;
    });
    if (names) allow.add('GET');
    if (allow.size === 0) return { kind: 'unknown' };
    return { kind: 'not-allowed', allow: methods.filter((name) => allow.has(name)) };
  }
}

function newNode<Handler>(): Node<Handler> {
  return { children: new Map(), wildcards: new Map(), handlers: new Map(), trailing: new Map() };
}

function childOf<Handler>(children: Map<string, Node<Handler>>, name: string): Node<Handler> {
  let child = children.get(name);
  if (!child) {
    child = newNode();
    children.set(name, child);
  }
  return child;
}

function find<Handler>(
  node: Node<Handler>,
  uri: readonly string[],
  level: number,
  params: Readonly<Record<string, string>>,
  pick: (handlers: ReadonlyMap<Method, Handler>) => Handler | undefined,
): Match<Handler> | undefined {
  const part = uri[level];
  if (part === undefined) {
    const handler = pick(node.handlers);
    if (handler) return { handler, params, trailing: [] };
  } else {
    const below = findBelow(node, uri, level, params, pick);
    if (below) return below;
  }
  const rest = pick(node.trailing);
  return rest && { handler: rest, params, trailing: uri.slice(level) };
}

function findBelow<Handler>(
  node: Node<Handler>,
  uri: readonly string[],
  level: number,
  params: Readonly<Record<string, string>>,
  pick: (handlers: ReadonlyMap<Method, Handler>) => Handler | undefined,
): Match<Handler> | undefined {
  const part = uri[level] ?? '';
  const child = node.children.get(part);
  const literal = child && find(child, uri, level + 1, params, pick);
  if (literal) return literal;
  for (const [name, wildcard] of node.wildcards) {
    const match = find(wildcard, uri, level + 1, { ...params, [name]: part }, pick);
    if (match) return match;
  }
  return undefined;
}

function directory<Handler>(
  node: Node<Handler>,
  uri: readonly string[],
  level: number,
): string[] | undefined {
  const part = uri[level];
  if (part === undefined) {
    const listable =
      node.wildcards.size === 0 && node.trailing.size === 0 && node.children.size > 0;
    return listable ? [...node.children.keys()].sort() : undefined;
  }
  const child = node.children.get(part);
  if (child) return directory(child, uri, level + 1);
  for (const wildcard of node.wildcards.values()) {
    const names = directory(wildcard, uri, level + 1);
    if (names) return names;
  }
  return undefined;
}
