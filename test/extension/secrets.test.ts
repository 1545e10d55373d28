import assert from 'node:assert/strict';
import '#test/support/fake-vscode.ts';
import type { Memento, SecretStorage } from 'vscode';
import { mockProfile, newProfile } from '#extension/profile.ts';

const { createSecrets } = await import('#extension/platform/secrets.ts');

function aStorage() {
  const kept = new Map<string, string>();
  const storage = {
    get: async (key: string) => kept.get(key),
    store: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
  } as unknown as SecretStorage;
  return { kept, storage };
}

function aMemento(): Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => void values.set(key, value),
  } as Memento;
}

const at = (baseUrl: string, name = 'Hospital') => newProfile(name, { baseUrl });
const before = at('https://old.test');
const after = at('https://new.test');

describe('createSecrets', () => {
  it('gives a secret to no other server than the one it was entered for', async () => {
    const { storage } = aStorage();
    const secrets = createSecrets(storage, aMemento);

    await secrets.set(before, 'clientSecret', 's');

    assert.equal(await secrets.get(after, 'clientSecret'), undefined);
    assert.equal(await secrets.get(before, 'clientSecret'), 's');
  });

  it('keeps it at the old address until another one is entered', async () => {
    const { storage, kept } = aStorage();
    const memory = aMemento();
    const secrets = createSecrets(storage, () => memory);
    await secrets.set(before, 'clientSecret', 'old');
    await secrets.set(before, 'password', 'old');

    await secrets.set(after, 'clientSecret', 'new');

    assert.equal(await secrets.get(before, 'clientSecret'), undefined);
    assert.equal(await secrets.get(before, 'password'), 'old');
    assert.deepEqual([...kept.values()].toSorted(), ['new', 'old']);
  });

  it('removes those of every address with the profile, also after a restart', async () => {
    const { storage, kept } = aStorage();
    const memory = aMemento();
    const first = createSecrets(storage, () => memory);
    await first.set(before, 'clientSecret', 'a');
    await first.set({ ...before, orthancUrl: 'http://pacs.test' }, 'orthancPassword', 'b');
    await first.set(at('https://old.test', 'Other'), 'clientSecret', 'c');

    await createSecrets(storage, () => memory).remove(after);

    assert.deepEqual([...kept.values()], ['c']);
  });

  it('moves those of every address to the new name', async () => {
    const { storage, kept } = aStorage();
    const memory = aMemento();
    const secrets = createSecrets(storage, () => memory);
    await secrets.set(before, 'password', 'a');
    await secrets.set(after, 'clientSecret', 'b');

    await secrets.move(after, { ...after, name: 'Clinic' });

    assert.equal(await secrets.get({ ...after, name: 'Clinic' }, 'clientSecret'), 'b');
    assert.equal(await secrets.get({ ...before, name: 'Clinic' }, 'password'), 'a');
    assert.equal(kept.size, 2);
    await secrets.remove({ ...after, name: 'Clinic' });
    assert.equal(kept.size, 0);
  });

  it('leaves the profile of the same name in another workspace alone', async () => {
    const { storage } = aStorage();
    const here = aMemento();
    const there = aMemento();
    await createSecrets(storage, () => there).set(before, 'clientSecret', 'theirs');
    const secrets = createSecrets(storage, () => here);

    await secrets.set(after, 'clientSecret', 'ours');
    await secrets.remove(after);

    assert.equal(await secrets.get(before, 'clientSecret'), 'theirs');
  });

  it('keeps those of the mock servers wherever they listen', async () => {
    const { storage } = aStorage();
    const secrets = createSecrets(storage, aMemento);

    await secrets.set(mockProfile(), 'clientSecret', 'm');

    const moved = { ...mockProfile(), baseUrl: 'http://127.0.0.1:5' };
    assert.equal(await secrets.get(moved, 'clientSecret'), 'm');
  });
});
