// Where in the text of a document an element of a resource stands.
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** The element, else the nearest one around it that is in the text. */
export function locateIssue(text: string, location: readonly (string | number)[]): Span {
  const root = parseTree(text);
  if (!root) return { offset: 0, length: 0 };
  for (let depth = location.length; depth > 0; depth -= 1) {
    const node = findNodeAtLocation(root, location.slice(0, depth));
    if (node) return keyOf(node);
  }
  return { offset: root.offset, length: 1 };
}

/** For a property its name: the value may be many lines long. */
function keyOf({ parent, offset, length, children }: Node): Span {
  const key = parent?.type === 'property' ? parent.children?.[0] : undefined;
  if (key) return { offset: key.offset, length: key.length };
  return children ? { offset, length: 1 } : { offset, length };
}
