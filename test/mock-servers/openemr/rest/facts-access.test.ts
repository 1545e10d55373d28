// Facts 2, the rows that a route decides, and the portal.
import assert from 'node:assert/strict';
import type { Bearer } from '#mock-servers/openemr/contracts.ts';
import { allScopes, openWorld, type World } from '../records/world.ts';
import { idsOf } from './bodies.ts';

const scopes = (...names: string[]) => ({ scopes: new Set(names) });

/** Facts 2, the rows that a route decides: who calls what, then the status in 7.0.3 and in 7.0.4. */
const accessRows: readonly (readonly [
  string,
  string,
  Partial<Bearer>,
  readonly [number, number],
])[] = [
  ['the right scope', 'GET /api/patient', scopes('user/patient.read'), [200, 200]],
  ['no scope of the resource', 'GET /api/patient', scopes('user/encounter.read'), [401, 401]],
  ['read where write is needed', 'POST /api/patient', scopes('user/patient.read'), [401, 401]],
  [
    'the scope of the last segment',
    'GET /api/patient/1/appointment',
    scopes('user/appointment.read'),
    [200, 200],
  ],
  [
    'a patient on /api/',
    'GET /api/patient',
    { role: 'patient', ...scopes('patient/patient.read') },
    [401, 403],
  ],
  [
    'the system user on /api/',
    'GET /api/patient',
    { role: 'system', ...scopes('system/patient.read') },
    [401, 403],
  ],
  [
    'a receptionist on practitioners',
    'GET /api/practitioner',
    { username: 'receptionist' },
    [401, 403],
  ],
  ['a receptionist on patients', 'GET /api/patient', { username: 'receptionist' }, [200, 200]],
  ['a clinician on problems', 'GET /api/medical_problem', { username: 'clinician' }, [200, 200]],
  ['staff on /portal/', 'GET /portal/patient', {}, [401, 403]],
  [
    'a patient scope without a patient',
    'GET /fhir/Patient',
    scopes('patient/Patient.read'),
    [401, 401],
  ],
  ['version without any scope', 'GET /api/version', scopes(), [200, 200]],
  ['v2 letters', 'GET /fhir/Patient', scopes('user/Patient.rs'), [401, 200]],
  ['v2 letters without search', 'GET /fhir/Patient', scopes('user/Patient.r'), [401, 401]],
  ['an unknown route', 'GET /api/nothing', {}, [404, 404]],
];

for (const [index, version] of (['7.0.3', '7.0.4'] as const).entries()) {
  describe(`facts 2: who may call a route, ${version}`, () => {
    let world: World;
    before(async () => {
      world = await openWorld({ version });
    });
    after(() => world.close());

    for (const [who, call, as, statuses] of accessRows) {
      it(`${who}: ${call} -> ${statuses[index]}`, async () => {
        const [method = '', path = ''] = call.split(' ');

        const { status, text } = await world.call(method, path, {
          as,
          body: method === 'POST' ? {} : undefined,
        });

        assert.equal(status, statuses[index]);
        if (status >= 401 && version === '7.0.3') assert.equal(text, '');
      });
    }
  });
}

describe('facts 2: the request is read as PHP reads it', () => {
  it('ignores the Content-Type of a body and answers application/json', async () => {
    const world = await openWorld();
    try {
      const body = JSON.stringify({ fname: '가', lname: '나', sex: 'Male', DOB: '2000-01-01' });
      for (const headers of [
        { 'content-type': 'application/fhir+json' },
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/x-www-form-urlencoded' },
        { 'content-encoding': 'gzip' },
      ]) {
        const { status, type: answered } = await world.call('POST', '/api/patient', {
          body,
          headers,
        });

        assert.deepEqual([status, answered], [201, 'application/json']);
      }
    } finally {
      await world.close();
    }
  });
});

describe('patient portal', () => {
  it('shows a patient the own record and nothing else', async () => {
    const world = await openWorld();
    try {
      const ids = await idsOf(world);
      const as = { role: 'patient', patientUuid: ids.puuid, scopes: allScopes('patient') } as const;

      const patient = await world.call('GET', '/portal/patient', { as });
      const encounters = await world.call('GET', '/portal/patient/encounter', { as });
      const one = await world.call('GET', `/portal/patient/encounter/${ids.euuid}`, { as });
      const foreign = await world.call('GET', `/portal/patient/encounter/${ids['otherEuuid']}`, {
        as,
      });
      const appointments = await world.call('GET', '/portal/patient/appointment', { as });
      const uuid = appointments.json[0].pc_uuid;
      const appointment = await world.call('GET', `/portal/patient/appointment/${uuid}`, { as });

      assert.equal(patient.json.data.uuid, ids.puuid);
      assert.ok(encounters.json.data.every((row: { puuid: string }) => row.puuid === ids.puuid));
      assert.equal(one.json.data.euuid, ids.euuid);
      assert.equal(foreign.status, 400);
      assert.equal(appointment.json[0].puuid, ids.puuid);
    } finally {
      await world.close();
    }
  });
});

describe('explanations in the journal', () => {
  const rows = [
    ['GET /api/patient', { scopes: new Set<string>() }, 'openemr.scope-missing'],
    ['GET /api/practitioner', { username: 'receptionist' }, 'openemr.acl-denied'],
    ['GET /portal/patient', {}, 'openemr.role-mismatch'],
    ['GET /api/patient?_limit=3', {}, 'openemr.limit-gives-one-more'],
    ['GET /fhir/Patient?_count=3', {}, 'openemr.fhir-search-ignored'],
  ] as const;
  for (const [call, as, key] of rows) {
    it(`names ${key} beside the answer of ${call}`, async () => {
      const world = await openWorld();
      try {
        const [method = '', path = ''] = call.split(' ');
        await world.call(method, path, { as });

        assert.deepEqual(world.notes, [key]);
      } finally {
        await world.close();
      }
    });
  }
});
