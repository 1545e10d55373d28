import assert from 'node:assert/strict';
import type { MockApp, ServerName } from '#mock-servers/kernel/mock-app.ts';
import { createSnapshots } from '#mock-servers/kernel/snapshot.ts';

/** A server whose state is a word. */
interface Wordy extends MockApp {
  word: string;
  /** Restoring one of these fails, after the state has been touched. */
  readonly unbearable: Set<string>;
  /** What it keeps for snapshots. */
  readonly kept: string[];
}

function wordy(name: ServerName, word: string): Wordy {
  const server: Wordy = {
    name,
    word,
    unbearable: new Set(),
    kept: [],
    handler: () => undefined,
    reset: async () => undefined,
    stats: () => ({}),
    async snapshot() {
      server.kept.push(server.word);
      return server.word;
    },
    async restore(state) {
      server.word = 'half done';
      if (server.unbearable.has(String(state))) throw new Error(`${name} cannot be ${state}`);
      server.word = String(state);
    },
    async discard(state) {
      server.kept.splice(server.kept.indexOf(String(state)), 1);
    },
    close: async () => undefined,
  };
  return server;
}

function suite() {
  const servers = [wordy('openemr', 'a'), wordy('fhir', 'a'), wordy('orthanc', 'a')] as const;
  const words = () => servers.map(({ word }) => word);
  const kept = () => servers.map((server) => server.kept.join(' '));
  const say = (word: string) => {
    for (const server of servers) server.word = word;
  };
  return { servers, words, kept, say, snapshots: createSnapshots(async () => servers) };
}

describe('createSnapshots', () => {
  it('brings all servers back, as often as asked, and keeps nothing besides', async () => {
    const { snapshots, say, words, kept } = suite();
    await snapshots.save('first');

    for (const word of ['b', 'c']) {
      say(word);
      await snapshots.load('first');
    }

    assert.deepEqual(words(), ['a', 'a', 'a']);
    assert.deepEqual(kept(), ['a', 'a', 'a']);
  });

  it('leaves every server where it was when one cannot be restored', async () => {
    const { snapshots, say, words, kept, servers } = suite();
    await snapshots.save('first');
    say('b');
    servers[1].unbearable.add('a');

    await assert.rejects(snapshots.load('first'), /fhir cannot be a/);

    assert.deepEqual(words(), ['b', 'b', 'b']);
    assert.deepEqual(kept(), ['a', 'a', 'a']);
  });

  it('says so when a server can go neither forward nor back', async () => {
    const { snapshots, say, words, servers } = suite();
    await snapshots.save('first');
    say('b');
    for (const word of ['a', 'b']) servers[2].unbearable.add(word);

    await assert.rejects(snapshots.load('first'), (error: unknown) => {
      assert.ok(error instanceof AggregateError);
      assert.deepEqual(
        error.errors.map((each: Error) => each.message),
        ['orthanc cannot be a', 'orthanc cannot be b'],
      );
      return true;
    });

    assert.deepEqual(words(), ['b', 'b', 'half done']);
  });

  it('frees what a removed or replaced snapshot kept, and at a save that fails', async () => {
    const { snapshots, say, kept, servers } = suite();
    await snapshots.save('first');
    say('b');
    await snapshots.save('first');
    assert.deepEqual(kept(), ['b', 'b', 'b']);

    assert.equal(await snapshots.remove('first'), true);
    assert.equal(await snapshots.remove('first'), false);
    assert.deepEqual(kept(), ['', '', '']);

    servers[2].snapshot = () => Promise.reject(new Error('the disk is full'));
    await assert.rejects(snapshots.save('second'), /disk is full/);
    assert.deepEqual(kept(), ['', '', '']);
    assert.deepEqual(snapshots.list(), []);
  });
});
