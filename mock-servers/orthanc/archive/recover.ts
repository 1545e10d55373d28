// The start: what a crash left behind goes, and small files move out of packs that are mostly waste. First they
// are copied, then the index names the copies, all at once, then the old packs go: a kill at any moment loses
// nothing.
import type { Database } from './database.ts';
import type { FileStore } from './files.ts';
import { levels, type Resource } from './model.ts';
import type { Place } from './packs.ts';
import type { ResourceIndex } from './resource-index.ts';

interface Recovered {
  readonly resources: ResourceIndex;
  readonly database: Database;
  readonly files: FileStore;
}

/** Nothing else may happen to the archive meanwhile. */
export async function recover({ resources, database, files }: Recovered): Promise<void> {
  const all = levels.flatMap((level) => [...resources.all(level)]);
  await files.recover(all.flatMap(({ attachments }) => [...attachments.values()]));
  const places = await files.copyFromWaste();
  if (places.size === 0) return;
  database.transaction(() => {
    for (const resource of all) {
      if (nameCopies(resource, places)) database.update(resource);
    }
  });
  files.useCopies(places);
}

function nameCopies({ attachments }: Resource, places: ReadonlyMap<string, Place>): boolean {
  const copied = [...attachments].filter(([, { uuid }]) => places.has(uuid));
  for (const [type, attachment] of copied) {
    const place = places.get(attachment.uuid);
    attachments.set(type, { ...attachment, ...(place && { place }) });
  }
  return copied.length > 0;
}
