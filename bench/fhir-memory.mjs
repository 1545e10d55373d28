// Loads 500 MB of transaction bundles into a file store and prints the peak of its memory in MB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { aWorld, send } from '#test/mock-servers/fhir/fhir-world.ts';
import { syntheaTexts } from './fhir-load.ts';

const total = Number(process.argv[2] ?? 500) * 1024 * 1024;
const texts = syntheaTexts();
const folder = mkdtempSync(path.join(tmpdir(), 'bench-memory-'));
const world = aWorld({ file: path.join(folder, 'fhir.sqlite') });
for (let loaded = 0, index = 0; loaded < total; index += 1) {
  const text = texts[index % texts.length] ?? '';
  const { status } = await send(world, 'POST', '', parseExact(text));
  if (status !== 200) throw new Error(`a bundle was refused with ${status}`);
  loaded += text.length;
}
world.store.flushIndex();
world.store.close();
rmSync(folder, { recursive: true });
console.log(process.resourceUsage().maxRSS / 1024);
