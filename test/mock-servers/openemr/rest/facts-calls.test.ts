// Facts 4.2: call-rows.ts, played against the mock.
import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';
import { type Ids, idsOf, withIds } from './bodies.ts';
import { callRows } from './call-rows.ts';

describe('facts 4.2: what each call of the standard API answers', () => {
  let world: World;
  let ids: Ids & Record<string, string>;
  before(async () => {
    world = await openWorld();
    ids = await idsOf(world);
  });
  after(() => world.close());

  for (const [call, body, status, check] of callRows) {
    it(`${call} -> ${status}`, async () => {
      const [method = '', path = ''] = call.split(' ');
      const filled = withIds(path, ids);

      // The one body that is no JSON is an upload.
      const headers =
        typeof body === 'string' ? { 'content-type': 'multipart/form-data; boundary=x' } : {};

      const answer = await world.call(method, filled, { body, headers });

      assert.equal(answer.status, status, answer.text.slice(0, 200));
      check(answer);
    });
  }
});
