// The seed goes in as it stands in the fixture: each line is what a read of the resource sends.
import type { SearchDefinitions } from '../search/definitions.ts';
import { controlRequest } from '../wire.ts';
import type { World } from '../world.ts';
import type { ResourceStore } from './store.ts';

const head =
  /^\{"resourceType":"(\w+)","id":"([^"]+)","meta":\{"versionId":"1","lastUpdated":"([^"]+)"/;

export function seedLines(
  store: ResourceStore,
  lines: string,
  definitions: SearchDefinitions,
): void {
  store.transaction(() => {
    for (const body of lines.split('\n')) {
      const [, type = '', id = '', updated = ''] = head.exec(body) ?? [];
      const number = definitions.typeNumber(type);
      if (number === 0)
        throw new TypeError('a line of the seed does not start with type, id and meta');
      store.write({
        type: number,
        id,
        version: 1,
        updated: Date.parse(updated),
        method: 'PUT',
        body,
      });
    }
  });
}

/**
 * Adds what `POST /__admin/seed` sends: a Bundle, whose entries are processed as a server would.
 *
 * @throws TypeError when it is no Bundle or is refused; the control plane answers 400
 */
export async function seedBundle(
  world: World,
  data: unknown,
): Promise<Readonly<Record<string, number>>> {
  const before = world.store.count();
  const answer = await world.dispatch(() => ({ ...controlRequest, body: data }), controlRequest);
  if (answer.status !== 200) throw new TypeError(`the Bundle was refused: ${answer.body}`);
  return { resources: world.store.count() - before };
}
