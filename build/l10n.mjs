// Merges the Korean sentences that each area keeps in a file of its own.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** @throws Error when two files translate one template differently. */
export async function mergeBundles(folder) {
  const merged = new Map();
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const sentences = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
    for (const [template, korean] of Object.entries(sentences)) {
      const before = merged.get(template);
      if (before !== undefined && before.korean !== korean) {
        throw new Error(
          `l10n/ko: ${before.name} and ${name} translate one template differently: ${template}`,
        );
      }
      merged.set(template, { korean, name });
    }
  }
  return Object.fromEntries([...merged].map(([template, { korean }]) => [template, korean]));
}
