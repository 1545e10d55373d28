import assert from 'node:assert/strict';
import { Disposables } from '#core/disposables.ts';

describe('Disposables', () => {
  const order: string[] = [];
  const thing = (name: string) => ({ dispose: () => void order.push(name) });
  beforeEach(() => {
    order.length = 0;
  });

  it('returns what it owns and disposes in reverse', async () => {
    const owned = new Disposables();
    const first = thing('first');

    assert.equal(owned.add(first), first);
    owned.add(thing('second'));
    await owned.dispose();
    await owned.dispose();

    assert.deepEqual(order, ['second', 'first']);
  });

  it('disposes everything even if one part fails, and says so afterwards', async () => {
    const owned = new Disposables();
    owned.add(thing('first'));
    owned.add({ dispose: () => Promise.reject(new Error('stuck')) });
    owned.add(thing('third'));

    await assert.rejects(owned.dispose(), (error: AggregateError) => error.errors.length === 1);
    assert.deepEqual(order, ['third', 'first']);
  });

  it('disposes at once what is added late', async () => {
    const owned = new Disposables();
    await owned.dispose();

    owned.add(thing('late'));

    assert.deepEqual(order, ['late']);
  });
});
