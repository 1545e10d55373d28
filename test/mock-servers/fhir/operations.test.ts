import assert from 'node:assert/strict';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { type FhirServer, matchIds, startFhir } from './fhir-server.ts';

describe('FHIR mock: operations', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('seed');
  });
  after(() => server.close());

  it('$validate says what is wrong and stores nothing', async () => {
    const before = server.mock.stats()['resources'];
    const { status, body } = await server.send('POST', '/Patient/$validate', {
      resourceType: 'Patient',
      gender: 'M',
    });

    assert.equal(status, 200);
    assert.equal(body.issue[0].severity, 'error');
    assert.deepEqual(body.issue[0].expression, ['Patient.gender']);
    assert.equal(server.mock.stats()['resources'], before);
  });

  it('$validate takes Parameters, and a stored resource by GET', async () => {
    const parameters = {
      resourceType: 'Parameters',
      parameter: [{ name: 'resource', resource: { resourceType: 'Patient', foo: 1 } }],
    };
    const sent = await server.send('POST', '/Patient/$validate', parameters);
    const stored = await server.get('/Patient/P-2025-000001/$validate');

    assert.equal(sent.body.issue[0].code, 'structure');
    assert.equal(stored.body.issue[0].severity, 'information');
  });

  it('$validate knows the modes of R4 and refuses profiles it does not know', async () => {
    const patient = { resourceType: 'Patient', id: 'P-2025-000001' };
    const at = (path: string, body?: object) =>
      server.send('POST', `/Patient${path}`, body).then(({ status }) => status);
    const base = 'http://hl7.org/fhir/StructureDefinition/Patient';
    const known = await server.send('POST', `/Patient/$validate?profile=${base}`, patient);
    const unknown = await server.send('POST', '/Patient/$validate', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'resource', resource: patient },
        { name: 'profile', valueUri: 'http://e.org/own' },
      ],
    });

    assert.equal(known.status, 200);
    assert.equal(unknown.status, 400);
    assert.match(unknown.body.issue[0].diagnostics, /"http:\/\/e\.org\/own" is not known/);
    assert.equal(await at('/$validate?mode=create', patient), 200);
    assert.equal(await at('/P-2025-000001/$validate?mode=update', patient), 200);
    assert.equal(await at('/P-2025-000002/$validate?mode=update', patient), 400);
    assert.equal(await at('/P-2025-000001/$validate?mode=delete'), 200);
    assert.equal(await at('/never/$validate?mode=delete'), 404);
    assert.equal(await at('/$validate?mode=guess', patient), 400);
  });

  it('$everything takes Parameters by POST and refuses what it does not do', async () => {
    const posted = await server.send('POST', '/Patient/P-2025-000001/$everything', {
      resourceType: 'Parameters',
      parameter: ['Condition', 'Encounter'].map((type) => ({ name: '_type', valueCode: type })),
    });
    const asked = await server.get('/Patient/P-2025-000001/$everything?_type=Condition,Encounter');
    const refused = await server.get('/Patient/P-2025-000001/$everything?start=2025-01-01');

    assert.deepEqual(matchIds(posted), matchIds(asked));
    assert.ok(matchIds(asked).length > 1);
    assert.equal(refused.status, 400);
    assert.match(refused.body.issue[0].diagnostics, /start/);
  });

  it('$everything gives the patient, the compartment and what these refer to, in pages', async () => {
    const ids: string[] = [];
    let url: string | undefined = '/Patient/P-2025-000001/$everything?_count=10';
    let total = 0;
    while (url !== undefined) {
      const { body } = await server.get(url);
      total = body.total;
      ids.push(
        ...body.entry.map(
          (entry: { resource: { resourceType: string; id: string } }) =>
            `${entry.resource.resourceType}/${entry.resource.id}`,
        ),
      );
      url = body.link.find((link: { relation: string }) => link.relation === 'next')?.url;
    }

    assert.equal(ids[0], 'Patient/P-2025-000001');
    assert.equal(new Set(ids).size, total);
    assert.equal(ids.length, total);
    assert.ok(ids.includes('Organization/hospital'));
    assert.ok(ids.some((id) => id.startsWith('ImagingStudy/')));
    assert.ok(!ids.includes('Patient/P-2025-000002'));
  });

  it('$everything keeps to _type', async () => {
    const { body } = await server.get('/Patient/P-2025-000001/$everything?_type=Condition');
    const types = body.entry.map(
      (entry: { resource: { resourceType: string } }) => entry.resource.resourceType,
    );

    assert.deepEqual([...new Set(types)], ['Patient', 'Condition']);
  });

  it('$meta-add and $meta-delete change the tags, and a search finds them', async () => {
    const tag = { system: 'http://e.org', code: 'vip' };
    const parameters = {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { tag: [tag] } }],
    };
    const added = await server.send('POST', '/Patient/P-2025-000003/$meta-add', parameters);
    const found = await server.get('/Patient?_tag=http://e.org%7Cvip');
    const removed = await server.send('POST', '/Patient/P-2025-000003/$meta-delete', parameters);
    const after = await server.get('/Patient/P-2025-000003/$meta');

    assert.deepEqual(added.body.parameter[0].valueMeta.tag, [tag]);
    assert.deepEqual(matchIds(found), ['P-2025-000003']);
    assert.equal(removed.status, 200);
    assert.equal(after.body.parameter[0].valueMeta.tag, undefined);
  });

  it('$meta-add refuses what is no Meta and stores nothing of it', async () => {
    const add = (valueMeta: unknown) =>
      server.send('POST', '/Patient/P-2025-000004/$meta-add', {
        resourceType: 'Parameters',
        parameter: [{ name: 'meta', valueMeta }],
      });
    const statuses = [
      (await add({ profile: ['not a uri'] })).status,
      (await add({ tag: [null, 3] })).status,
      (await add({ tag: 'x' })).status,
    ];

    assert.deepEqual(statuses, [400, 400, 400]);
    assert.equal((await server.get('/Patient/P-2025-000004')).headers.get('etag'), 'W/"1"');
  });

  it('$everything counts only on _count=0', async () => {
    const { body } = await server.get('/Patient/P-2025-000001/$everything?_count=0');

    assert.ok(body.total > 10);
    assert.deepEqual([body.entry, body.link.length], [undefined, 1]);
  });

  it('what it makes itself is valid R4', async () => {
    const made = await Promise.all([
      server.get('/metadata'),
      server.get('/Patient?_count=2&_include=Patient:organization&_revinclude=Encounter:subject'),
      server.get('/_history?_count=3'),
      server.get('/Patient/never'),
      server.send('DELETE', '/Patient/P-2025-000024'),
      server.send('POST', '', {
        resourceType: 'Bundle',
        type: 'batch',
        entry: [
          { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
          { request: { method: 'GET', url: 'Patient/never' } },
          { request: { method: 'GET', url: 'Patient?_count=1' } },
        ],
      }),
      server.get('/Patient/P-2025-000001?_summary=true'),
    ]);
    const faults = await Promise.all(made.map(async ({ body }) => await validateResource(body)));

    assert.deepEqual(
      faults.flat().map(({ path, message }) => [path, message]),
      [],
    );
  });
});

describe('FHIR mock: Bulk Data', () => {
  let server: FhirServer;
  beforeEach(async () => {
    server = await startFhir('seed');
  });
  afterEach(() => server.close());

  async function start(path: string): Promise<string> {
    const { status, headers } = await server.get(path, { prefer: 'respond-async' });
    assert.equal(status, 202);
    return headers.get('content-location') ?? '';
  }

  it('exports every resource as it was at the start', async () => {
    const count = server.mock.stats()['resources'];
    const url = await start('/$export');
    await server.send('POST', '/Patient', { resourceType: 'Patient' });
    const waiting = await server.get(url);
    const done = await server.get(url);
    const files: { type: string; url: string; count: number }[] = done.body.output;
    const texts = await Promise.all(files.map(async (file) => (await server.get(file.url)).text));
    const lines = texts.map((text) => text.trimEnd().split('\n'));

    assert.equal(waiting.status, 202);
    assert.ok(waiting.headers.get('x-progress'));
    assert.equal(done.status, 200);
    assert.deepEqual(
      lines.map(({ length }) => length),
      files.map((file) => file.count),
    );
    assert.equal(lines.flat().length, count);
    assert.equal(JSON.parse(lines.flat()[0] ?? '').resourceType, files[0]?.type);
  });

  it('keeps to the patients of a group and to _type', async () => {
    await server.send('PUT', '/Group/g', {
      resourceType: 'Group',
      id: 'g',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Patient/P-2025-000001' } }],
    });
    const url = await start('/Group/g/$export?_type=Patient,Condition');
    await server.get(url);
    const { body } = await server.get(url);

    assert.deepEqual(
      body.output.map((file: { type: string; count: number }) => [file.type, file.count]),
      [
        ['Patient', 1],
        ['Condition', 1],
      ],
    );
  });

  it('keeps to what was changed since a time', async () => {
    await server.send('POST', '/Patient', { resourceType: 'Patient' });
    const url = await start('/$export?_since=2026-01-15T18:00:00+09:00');
    await server.get(url);
    const { output } = (await server.get(url)).body;

    assert.deepEqual([output.length, output[0].type, output[0].count], [1, 'Patient', 1]);
  });

  it('leaves out at patient level what is in no compartment', async () => {
    const url = await start('/Patient/$export');
    await server.get(url);
    const types = (await server.get(url)).body.output.map((file: { type: string }) => file.type);

    assert.ok(types.includes('Observation'));
    assert.ok(!types.includes('Organization'));
  });

  it('starts at the three levels of Bulk Data and at no other', async () => {
    const statuses = await Promise.all(
      ['/Observation/$export', '/Patient/P-2025-000001/$export', '/Group/never/$export'].map(
        async (path) => (await server.get(path, { prefer: 'respond-async' })).status,
      ),
    );

    assert.deepEqual(statuses, [404, 404, 404]);
  });

  it('takes what the specification shows: an unescaped plus, a type a parameter', async () => {
    const url = await start(
      '/$export?_outputFormat=application/fhir+ndjson&_type=Patient&_type=Condition',
    );
    await server.get(url);
    const types = (await server.get(url)).body.output.map((file: { type: string }) => file.type);

    assert.deepEqual(types, ['Patient', 'Condition']);
  });

  it('expires after a day and says when', async () => {
    const url = await start('/$export?_type=Patient');
    await server.get(url);
    const done = await server.get(url);
    server.nowMs += 24 * 60 * 60 * 1000;

    assert.equal(done.headers.get('expires'), 'Fri, 16 Jan 2026 09:00:00 GMT');
    assert.equal((await server.get(url)).status, 404);
    assert.equal((await server.get(done.body.output[0].url)).status, 404);
  });

  it('can be cancelled, and is unknown then', async () => {
    const url = await start('/$export');

    assert.equal((await server.send('DELETE', url)).status, 202);
    assert.equal((await server.get(url)).status, 404);
  });

  it('asks for respond-async and refuses what it does not do', async () => {
    const since = await server.get('/$export?_since=now', { prefer: 'respond-async' });
    assert.match(since.body.issue[0].diagnostics, /_since: "now"/);
    assert.equal((await server.get('/$export')).status, 400);
    assert.equal(
      (await server.get('/$export?_typeFilter=x', { prefer: 'respond-async' })).status,
      400,
    );
    assert.equal(
      (await server.get('/$export?_outputFormat=csv', { prefer: 'respond-async' })).status,
      400,
    );
  });
});
