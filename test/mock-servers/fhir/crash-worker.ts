// Loads transaction bundles into a file store for ever and says which were acknowledged.
import { setTimeout as delay } from 'node:timers/promises';
import { aWorld, send } from './fhir-world.ts';

const [, , file = '', start = '0'] = process.argv;
const world = aWorld({ file });
for (let number = Number(start); ; number += 1) {
  const entry = Array.from({ length: 20 }, (_, index) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    resource: {
      resourceType: 'Patient',
      id: `p-${number}-${index}`,
      active: true,
      identifier: [{ system: 'http://e.org/load', value: String(number) }],
    },
    request: { method: 'PUT', url: `Patient/p-${number}-${index}` },
  }));
  const { status } = await send(world, 'POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry,
  });
  if (status !== 200) process.exit(2);
  process.stdout.write(`${number}\n`);
  // Part of the index is written within the load, so that a kill meets it too: here at once, there when quiet.
  if (number % 7 === 0) world.store.flushIndex();
  if (number % 11 === 0) await delay(60);
}
