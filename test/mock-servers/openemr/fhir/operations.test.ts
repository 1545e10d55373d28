import assert from 'node:assert/strict';
import { isRecord } from '#core/guards.ts';
import { openWorld, type World } from '../records/world.ts';

const bulk = {
  role: 'system',
  scopes: new Set([
    'system/*.$export',
    'system/Patient.$export',
    'system/Group.$export',
    'system/*.$bulkdata-status',
    'system/Binary.read',
  ]),
} as const;
const asynchronous = { accept: 'application/fhir+json', prefer: 'respond-async' };

describe('bulk export', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  async function exported(path: string): Promise<Map<string, Record<string, unknown>[]>> {
    const kicked = await world.call('GET', path, { as: bulk, headers: asynchronous });
    assert.deepEqual([kicked.status, kicked.text], [202, '']);
    const location = kicked.headers.get('content-location') ?? '';
    assert.match(
      location,
      /^https:\/\/openemr\.example\/apis\/default\/fhir\/\$bulkdata-status\?job=/,
    );
    const status = await world.call('GET', local(location), { as: bulk });
    const files = new Map<string, Record<string, unknown>[]>();
    for (const { url, type } of status.json.output) {
      const { text, type: contentType } = await world.call('GET', local(url), { as: bulk });
      assert.equal(contentType, 'application/fhir+ndjson');
      files.set(
        type,
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
    }
    return files;
  }

  it('answers 202 with the place of the status, then the files', async () => {
    const files = await exported('/fhir/$export');

    assert.equal(files.get('Patient')?.length, 24);
    assert.ok(files.has('Practitioner'));
    assert.equal(files.has('ServiceRequest'), false);
  });

  it('says in its status what was asked and made', async () => {
    const kicked = await world.call('GET', '/fhir/$export?type=Patient', {
      as: bulk,
      headers: asynchronous,
    });
    const { status, json } = await world.call(
      'GET',
      local(kicked.headers.get('content-location') ?? ''),
      { as: bulk },
    );

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(json), [
      'transactionTime',
      'request',
      'requiresAccessToken',
      'output',
      'error',
    ]);
    assert.equal(json.request, 'https://openemr.example/apis/default/fhir/$export?type=Patient');
    assert.deepEqual([json.requiresAccessToken, json.error], [true, []]);
    assert.deepEqual(
      json.output.map((file: { type: string }) => file.type),
      ['Patient'],
    );
    assert.match(json.output[0].url, /\/fhir\/Binary\//);
  });

  it('leaves out of a patient export what belongs to nobody', async () => {
    const files = await exported('/fhir/Patient/$export?type=Patient,Observation,Practitioner');

    assert.deepEqual([...files.keys()], ['Observation', 'Patient']);
  });

  it('exports the patients of one group', async () => {
    const groups = await world.call('GET', '/fhir/Group');
    const group = groups.json.entry[0].resource;

    const files = await exported(`/fhir/Group/${group.id}/$export`);

    assert.equal(files.get('Patient')?.length, group.quantity);
    const members = new Set(
      group.member.map((member: { entity: { reference: string } }) => member.entity.reference),
    );
    for (const { subject } of files.get('Encounter') ?? []) {
      assert.ok(isRecord(subject) && members.has(subject['reference']));
    }
  });

  it('exports nothing that was last changed before _since', async () => {
    const files = await exported('/fhir/$export?_since=2100-01-01T00:00:00Z');

    assert.equal(files.size, 0);
  });

  const refusals = [
    ['Accept', { prefer: 'respond-async', accept: '*/*' }, "'Accept' header invalid"],
    ['Prefer', { accept: 'application/fhir+json' }, "'Prefer' header invalid"],
  ] as const;
  for (const [name, headers, text] of refusals) {
    it(`refuses a wrong ${name} header`, async () => {
      const { status, json } = await world.call('GET', '/fhir/$export', { as: bulk, headers });

      assert.equal(status, 400);
      assert.equal(json.resourceType, 'OperationOutcome');
      assert.equal(json.issue[0].details.text, text);
    });
  }

  it('deletes a job with its files, and knows no job twice', async () => {
    const kicked = await world.call('GET', '/fhir/$export?type=Patient', {
      as: bulk,
      headers: asynchronous,
    });
    const path = local(kicked.headers.get('content-location') ?? '');
    const file = local((await world.call('GET', path, { as: bulk })).json.output[0].url);

    const deleted = await world.call('DELETE', path, { as: bulk });

    assert.equal(deleted.status, 202);
    assert.equal((await world.call('GET', file, { as: bulk })).status, 404);
    assert.equal((await world.call('DELETE', path, { as: bulk })).status, 404);
    const asked = await world.call('GET', path, { as: bulk });
    assert.equal(asked.status, 400);
    assert.equal(asked.json.issue[0].details.text, 'The job id you submitted was invalid');
  });

  it('needs the scope of the operation', async () => {
    const as = { ...bulk, scopes: new Set(['system/Patient.$export']) };

    const root = await world.call('GET', '/fhir/$export', { as, headers: asynchronous });
    const patient = await world.call('GET', '/fhir/Patient/$export', { as, headers: asynchronous });

    assert.deepEqual([root.status, patient.status], [401, 202]);
  });

  it('is 501 while system scopes are off', async () => {
    const off = await openWorld({ settings: { rest_system_scopes_api: false } });
    try {
      const { status } = await off.call('GET', '/fhir/$export', {
        as: bulk,
        headers: asynchronous,
      });

      assert.equal(status, 501);
    } finally {
      await off.close();
    }
  });
});

describe('$docref', () => {
  it('makes a CCD of the patient that Binary gives', async () => {
    const world = await openWorld();
    try {
      const found = await world.call('GET', '/fhir/Patient?family=홍');
      const { id } = found.json.entry[0].resource;

      const { status, json } = await world.call(
        'POST',
        `/fhir/DocumentReference/$docref?patient=${id}`,
      );

      assert.equal(status, 200);
      assert.equal(json.total, 1);
      const { attachment } = json.entry[0].resource.content[0];
      const binary = await world.call('GET', local(attachment.url));
      assert.equal(binary.type, 'application/xml');
      assert.match(binary.text, /<given>길동<\/given><family>홍<\/family>/);
      assert.match(binary.text, /<title>Problem List<\/title>/);
    } finally {
      await world.close();
    }
  });

  it('makes nothing for another type, and refuses a patient that nobody is', async () => {
    const world = await openWorld();
    try {
      const found = await world.call('GET', '/fhir/Patient?family=홍');
      const { id } = found.json.entry[0].resource;
      const path = '/fhir/DocumentReference/$docref';

      const other = await world.call('POST', `${path}?patient=${id}&type=11506-3`);
      const nobody = await world.call('POST', `${path}?patient=x`);

      assert.equal(other.json.total, 0);
      assert.equal(nobody.status, 400);
    } finally {
      await world.close();
    }
  });
});

describe('Practitioner and Organization', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());
  const npi = [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1122334455' }];
  const practitioner = {
    resourceType: 'Practitioner',
    identifier: npi,
    name: [{ use: 'official', family: '나리', given: ['가영'] }],
    telecom: [{ system: 'phone', use: 'work', value: '02-1' }],
  };
  const organization = {
    resourceType: 'Organization',
    identifier: npi,
    name: '한빛의원',
    telecom: [{ system: 'phone', value: '02-2' }],
    address: [{ line: ['종로 1'], city: '서울특별시' }],
  };

  for (const [resource, standard] of [
    [practitioner, 'practitioner'],
    [organization, 'facility'],
  ] as const) {
    const { resourceType } = resource;
    it(`creates and updates ${resourceType}, seen by both APIs`, async () => {
      const created = await world.call('POST', `/fhir/${resourceType}`, { body: resource });
      const { uuid } = created.json;
      const updated = await world.call('PUT', `/fhir/${resourceType}/${uuid}`, {
        body: { ...resource, telecom: [{ system: 'phone', use: 'work', value: '02-3' }] },
      });
      const read = await world.call('GET', `/api/${standard}/${uuid}`);

      assert.equal(created.status, 201);
      assert.deepEqual(Object.keys(created.json), ['id', 'uuid']);
      assert.equal(updated.status, 200);
      assert.equal(updated.json.telecom[0].value, '02-3');
      assert.equal(read.json.data.uuid, uuid);
    });
  }

  it('validates what it writes', async () => {
    const { status, json } = await world.call('POST', '/fhir/Practitioner', {
      body: { ...practitioner, identifier: [] },
    });

    assert.equal(status, 400);
    assert.deepEqual(json, {
      validationErrors: {
        npi: { 'Required::NON_EXISTENT_KEY': 'npi must be provided, but does not exist' },
      },
    });
  });
});

// A URL of the mock's own address as the path on which the test reaches it.
function local(url: string): string {
  return url.replace('https://openemr.example/apis/default', '');
}
