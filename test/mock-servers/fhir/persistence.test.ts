import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FhirServer, matchIds, startFhir } from './fhir-server.ts';
import { aWorld, searchIds, send } from './fhir-world.ts';

describe('FHIR mock: --data', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'fhir-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps resources, versions and deletions over a restart, and gives no id twice', async () => {
    const file = path.join(folder, 'fhir.sqlite');
    const first = aWorld({ file });
    const created = await send(first, 'POST', '/Patient', {
      resourceType: 'Patient',
      gender: 'male',
    });
    const { id } = JSON.parse(created.body ?? '') as { id: string };
    await send(first, 'PUT', `/Patient/${id}`, { resourceType: 'Patient', id, gender: 'female' });
    await send(first, 'PUT', '/Patient/gone', { resourceType: 'Patient', id: 'gone' });
    await send(first, 'DELETE', '/Patient/gone');
    first.store.close();

    const second = aWorld({ file });
    const again = await send(second, 'POST', '/Patient', { resourceType: 'Patient' });
    const statuses = await Promise.all(
      [`/Patient/${id}`, `/Patient/${id}/_history/1`, '/Patient/gone'].map(
        async (url) => (await send(second, 'GET', url)).status,
      ),
    );
    const found = await searchIds(second, '/Patient?gender=female');
    second.store.close();

    assert.deepEqual(statuses, [200, 200, 410]);
    assert.deepEqual(found, [id]);
    assert.notEqual(JSON.parse(again.body ?? '').id, id);
  });

  it('writes both halves of an update or none', async () => {
    const world = aWorld({ file: path.join(folder, 'fhir.sqlite') });
    const put = (gender: string) =>
      send(world, 'PUT', '/Patient/a', { resourceType: 'Patient', id: 'a', gender });
    await put('male');
    world.store.db.exec(
      "CREATE TEMP TRIGGER cut BEFORE UPDATE ON resource BEGIN SELECT RAISE(ABORT, 'cut'); END",
    );

    const cut = await put('female').then(
      ({ status }) => status,
      () => 500,
    );
    world.store.db.exec('DROP TRIGGER cut');
    const again = await put('other');
    world.store.close();

    assert.equal(cut, 500);
    assert.equal(again.status, 200);
    assert.equal(JSON.parse(again.body ?? '').meta.versionId, '2');
  });

  it('indexes after a restart what was written and not yet indexed', async () => {
    const file = path.join(folder, 'fhir.sqlite');
    const first = aWorld({ file });
    await send(first, 'PUT', '/Patient/a', { resourceType: 'Patient', id: 'a', gender: 'male' });
    await searchIds(first, '/Patient?gender=male');
    await send(first, 'PUT', '/Patient/a', { resourceType: 'Patient', id: 'a', gender: 'female' });
    await send(first, 'PUT', '/Patient/b', { resourceType: 'Patient', id: 'b', gender: 'male' });
    first.store.close();

    const second = aWorld({ file });
    const [male, female] = [
      await searchIds(second, '/Patient?gender=male'),
      await searchIds(second, '/Patient?gender=female'),
    ];
    second.store.close();

    assert.deepEqual([male, female], [['b'], ['a']]);
  });

  it('is a file in the folder that --data names, made if it is not there', async () => {
    const dataDir = path.join(folder, 'deep', 'data');
    const first = await startFhir('empty', { dataDir });
    await first.send('PUT', '/Patient/kept', { resourceType: 'Patient', id: 'kept' });
    await first.close();

    assert.ok(existsSync(path.join(dataDir, 'fhir.sqlite')));
    const second = aWorld({ file: path.join(dataDir, 'fhir.sqlite') });
    const { status } = await send(second, 'GET', '/Patient/kept');
    second.store.close();
    assert.equal(status, 200);
  });

  it('finds after a restart what was indexed of one type only', async () => {
    const file = path.join(folder, 'fhir.sqlite');
    const first = aWorld({ file });
    await send(first, 'PUT', '/Patient/p', { resourceType: 'Patient', id: 'p', gender: 'male' });
    await send(first, 'PUT', '/Basic/b', {
      resourceType: 'Basic',
      id: 'b',
      code: { coding: [{ code: 'x' }] },
      subject: { reference: 'Patient/p' },
    });
    const early = await searchIds(first, '/Patient?gender=male');
    await send(first, 'PUT', '/Patient/p', { resourceType: 'Patient', id: 'p', gender: 'female' });
    first.store.close();

    const second = aWorld({ file });
    const found = {
      old: await searchIds(second, '/Patient?gender=male'),
      new: await searchIds(second, '/Patient?gender=female'),
      had: await searchIds(second, '/Patient?_has:Basic:subject:code=x'),
      other: await searchIds(second, '/Basic?code=x'),
    };
    second.store.close();

    assert.deepEqual(early, ['p']);
    assert.deepEqual(found, { old: [], new: ['p'], had: ['p'], other: ['b'] });
  });
});

describe('ResourceStore.prepare', () => {
  it('keeps statements, but neither long ones nor ever more', () => {
    const { store } = aWorld();
    const [short, long] = ['SELECT 0', `SELECT ${'1+'.repeat(900)}${' '.repeat(4000)}1`];
    const [first, firstLong] = [store.prepare(short), store.prepare(long)];
    const isKept = store.prepare(short) === first;
    const isLongKept = store.prepare(long) === firstLong;
    for (let index = 1; index <= 500; index += 1) store.prepare(`SELECT ${index}`);
    const isKeptForEver = store.prepare(short) === first;
    store.close();

    assert.deepEqual([isKept, isLongKept, isKeptForEver], [true, false, false]);
  });
});

describe('FHIR mock: control', () => {
  let server: FhirServer;
  beforeEach(async () => {
    server = await startFhir('seed');
  });
  afterEach(() => server.close());

  it('goes back to a snapshot: resources, versions, search and ids to come', async () => {
    await server.send('PUT', '/Patient/a', {
      resourceType: 'Patient',
      id: 'a',
      name: [{ family: 'Snap' }],
    });
    const snapshot = await server.mock.snapshot?.();
    await server.send('DELETE', '/Patient/a');
    await server.send('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Later' }] });
    await server.mock.restore?.(snapshot);

    assert.equal((await server.get('/Patient/a')).headers.get('etag'), 'W/"1"');
    assert.deepEqual(matchIds(await server.get('/Patient?family=snap')), ['a']);
    assert.deepEqual(matchIds(await server.get('/Patient?family=later')), []);
  });

  it('resets to the seed and to emptiness', async () => {
    const seeded = server.mock.stats()['resources'];
    await server.send('POST', '/Patient', { resourceType: 'Patient' });
    await server.mock.reset('seed');
    const again = server.mock.stats()['resources'];
    const first = await server.send('POST', '/Patient', { resourceType: 'Patient' });
    await server.mock.reset('seed');
    const second = await server.send('POST', '/Patient', { resourceType: 'Patient' });
    await server.mock.reset('empty');

    assert.equal(again, seeded);
    assert.equal(second.body.id, first.body.id);
    assert.equal(server.mock.stats()['resources'], 0);
  });

  it('takes a Bundle as seed data and refuses what a server would', async () => {
    const bundle = (gender: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { resourceType: 'Patient', id: 'own', gender },
          request: { method: 'PUT', url: 'Patient/own' },
        },
      ],
    });

    assert.deepEqual(await server.mock.seed?.(bundle('male')), { resources: 1 });
    assert.equal((await server.get('/Patient/own')).body.gender, 'male');
    await assert.rejects(async () => await server.mock.seed?.(bundle('M')), TypeError);
  });
});
