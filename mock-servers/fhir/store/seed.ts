// The seed goes in as it stands in the fixture: each line is what a read of the resource sends.
import type { SearchDefinitions } from '../search/definitions.ts';
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
