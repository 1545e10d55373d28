// Names and VRs of private tags by their creator, as DCMTK's private dictionary has them.
import { privateLines } from './generated/private-dictionary.ts';

export interface PrivateTag {
  readonly vr: string;
  readonly name: string;
}

let known: ReadonlyMap<string, PrivateTag> | undefined;

export function privateTag(tag: string, creator: string): PrivateTag | undefined {
  known ??= load();
  return known.get(`${tag.slice(0, 4)}${tag.slice(6)}${creator}`);
}

function load(): ReadonlyMap<string, PrivateTag> {
  const tags = new Map<string, PrivateTag>();
  let creator = '';
  for (const line of privateLines.trim().split('\n')) {
    if (line.startsWith('"')) creator = line.slice(1);
    else {
      const [position = '', vr = '', name = ''] = line.split(' ');
      // DCMTK keeps the first of several.
      if (!tags.has(position + creator)) tags.set(position + creator, { vr, name });
    }
  }
  return tags;
}
