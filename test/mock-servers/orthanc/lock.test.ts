import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Lock } from '#mock-servers/orthanc/archive/lock.ts';

function steps() {
  const lock = new Lock();
  const seen: string[] = [];
  const ends = new Map<string, () => void>();
  const step = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    seen.push(`${name} ends`);
    return name;
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await setImmediate();
  };
  return { lock, seen, step, end };
}

describe('Lock', () => {
  it('lets many share it and one alone wait for all of them', async () => {
    const { lock, seen, step, end } = steps();

    const all = [lock.share(step('a')), lock.share(step('b')), lock.alone(step('alone'))];
    await setImmediate();
    assert.deepEqual(seen.splice(0), ['a begins', 'b begins']);
    await end('a');
    assert.deepEqual(seen.splice(0), ['a ends']);
    await end('b');
    assert.deepEqual(seen.splice(0), ['b ends', 'alone begins']);
    await end('alone');

    assert.deepEqual(await Promise.all(all), ['a', 'b', 'alone']);
  });

  it('makes later ones wait for who waits to be alone, one after the other', async () => {
    const { lock, seen, step, end } = steps();

    const all = [lock.share(step('a')), lock.alone(step('first')), lock.alone(step('second'))];
    all.push(lock.share(step('b')));
    await setImmediate();
    for (const name of ['a', 'first', 'second', 'b']) await end(name);

    const order = ['a', 'first', 'second', 'b'];
    assert.deepEqual(
      seen,
      order.flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    assert.deepEqual(await Promise.all(all), ['a', 'first', 'second', 'b']);
  });

  it('goes on after a failure', async () => {
    const lock = new Lock();
    const fail = () => Promise.reject(new Error('failed'));

    await assert.rejects(lock.share(fail), /failed/);
    await assert.rejects(lock.alone(fail), /failed/);

    assert.equal(await lock.share(async () => 'shared'), 'shared');
    assert.equal(await lock.alone(async () => 'alone'), 'alone');
  });
});
