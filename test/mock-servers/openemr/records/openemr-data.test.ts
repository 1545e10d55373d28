import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSeededRandom } from '#mock-servers/kernel/random.ts';
import type { ApiDeps } from '#mock-servers/openemr/contracts.ts';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { createOpenemrData } from '#mock-servers/openemr/records/openemr-data.ts';
import { guideDefaults } from '#mock-servers/openemr/settings.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { now, openWorld, type World } from './world.ts';

const vital = {
  bps: '121',
  bpd: '79',
  pulse: 66,
  temperature: '98.6',
  weight: '150',
  height: '66',
};

describe('one record behind both APIs', () => {
  let world: World;
  let patient: string;
  before(async () => {
    world = await openWorld();
    const body = { fname: '가람', lname: '한', sex: 'Male', DOB: '1990-02-03' };
    const created = await world.call('POST', '/api/patient', { body });
    patient = created.json.data.uuid;
  });
  after(() => world.close());

  it('shows an encounter and its vitals, made by the standard API, in FHIR', async () => {
    const body = { pc_catid: '5', class_code: 'EMER', date: '2026-01-10', reason: '복통' };
    const { json } = await world.call('POST', `/api/patient/${patient}/encounter`, { body });
    const { pid } = (await world.call('GET', `/api/patient/${patient}`)).json.data;
    await world.call('POST', `/api/patient/${pid}/encounter/${json.data.encounter}/vital`, {
      body: vital,
    });

    const encounter = await world.call('GET', `/fhir/Encounter/${json.data.uuid}`);
    const pulse = await world.call('GET', `/fhir/Observation?patient=${patient}&code=8867-4`);
    const pressure = await world.call('GET', `/fhir/Observation?patient=${patient}&code=85354-9`);

    assert.equal(encounter.json.class.code, 'EMER');
    assert.equal(encounter.json.reasonCode[0].text, '복통');
    const [{ resource }] = pulse.json.entry;
    assert.equal(resource.valueQuantity.value, 66);
    assert.equal(resource.encounter.reference, `Encounter/${json.data.uuid}`);
    const parts = pressure.json.entry[0].resource.component;
    assert.deepEqual(
      parts.map((part: { valueQuantity: { value: number } }) => part.valueQuantity.value),
      [121, 79],
    );
    const read = await world.call('GET', `/fhir/Observation/${resource.id}`);
    assert.deepEqual(read.json, resource);
  });

  it('shows problems, allergies, surgeries and appointments in FHIR', async () => {
    const { pid } = (await world.call('GET', `/api/patient/${patient}`)).json.data;
    const problem = { title: '고혈압', begdate: '2025-01-02', diagnosis: 'ICD10:I10' };
    await world.call('POST', `/api/patient/${patient}/medical_problem`, { body: problem });
    await world.call('POST', `/api/patient/${patient}/allergy`, { body: { title: '땅콩' } });
    await world.call('POST', `/api/patient/${pid}/surgery`, { body: { title: '충수절제술' } });
    await world.call('POST', `/api/patient/${pid}/appointment`, {
      body: {
        pc_catid: 5,
        pc_title: '외래',
        pc_duration: 1800,
        pc_hometext: '메모',
        pc_apptstatus: '*',
        pc_eventDate: '2026-02-03',
        pc_startTime: '09:45',
        pc_facility: 1,
        pc_billing_location: 1,
      },
    });

    const one = async (type: string) =>
      (await world.call('GET', `/fhir/${type}?patient=${patient}`)).json.entry[0].resource;

    assert.equal((await one('Condition')).code.coding[0].code, 'I10');
    assert.match((await one('AllergyIntolerance')).text.div, /땅콩/);
    assert.equal((await one('Procedure')).code.text, '충수절제술');
    const appointment = await one('Appointment');
    assert.deepEqual(
      [appointment.status, appointment.start, appointment.end],
      ['booked', '2026-02-03T09:45:00+00:00', '2026-02-03T10:15:00+00:00'],
    );
  });
});

describe('OpenEMR data', () => {
  it('comes back to the same seed, ids included, at every reset', async () => {
    const world = await openWorld();
    try {
      const first = await world.call('GET', '/fhir/Observation');
      await world.call('POST', '/api/patient', {
        body: { fname: 'a', lname: 'bb', sex: 'Male', DOB: '2000-01-01' },
      });
      await world.data.reset('seed');

      const second = await world.call('GET', '/fhir/Observation');

      assert.equal(second.text, first.text);
      assert.equal(world.data.stats()['patients'], 24);
      await world.data.reset('empty');
      assert.equal(world.data.stats()['patients'], 0);
      assert.ok(world.data.accounts.staffByLogin('admin', 'pass'));
    } finally {
      await world.close();
    }
  });

  it('restores a snapshot, documents and search index included', async () => {
    const world = await openWorld();
    try {
      const saved: unknown = JSON.parse(JSON.stringify(await world.data.snapshot()));
      await world.data.reset('empty');

      await world.data.restore(saved);

      const found = await world.call('GET', '/api/patient?fname=길동');
      const listed = await world.call('GET', '/api/patient/1/document?path=/Medical Record');
      const document = await world.call('GET', `/api/patient/1/document/${listed.json[0].id}`);
      assert.equal(found.json.data.length, 1);
      assert.equal(document.text, '의무기록 사본\n');
      await assert.rejects(world.data.restore({ patient_data: 1 }), TypeError);
      assert.equal(world.data.stats()['patients'], 24);
    } finally {
      await world.close();
    }
  });

  it('takes more patients from resources, a Bundle or a list', async () => {
    const world = await openWorld({ to: 'empty' });
    try {
      const resource = {
        resourceType: 'Patient',
        id: 'p1',
        name: [{ family: '한', given: ['솔'] }],
        gender: 'male',
        birthDate: '2000-01-01',
      };

      const counts = await world.data.seed({ resourceType: 'Bundle', entry: [{ resource }] });

      assert.deepEqual(counts, { Patient: 1 });
      const { json } = await world.call('GET', '/fhir/Patient?given=솔');
      assert.equal(json.total, 1);
    } finally {
      await world.close();
    }
  });

  it('adds to what is there, and takes nothing in twice', async () => {
    const world = await openWorld();
    try {
      const { resources } = loadHospital();
      const encounter = {
        resourceType: 'Encounter',
        id: 'E-new',
        status: 'finished',
        class: { code: 'AMB' },
        subject: { reference: 'Patient/P-2025-000001' },
        period: { start: '2026-01-02T00:00:00Z' },
      };
      const before = world.data.stats();

      const again = await world.data.seed([...resources]);
      const added = await world.data.seed({ resources: [encounter] });

      assert.deepEqual(again, {});
      assert.deepEqual(added, { Encounter: 1 });
      assert.deepEqual(world.data.stats(), {
        ...before,
        encounters: Number(before['encounters']) + 1,
      });
    } finally {
      await world.close();
    }
  });

  it('takes a Synthea bundle, whose references are urn:uuid', async function () {
    const folder = new URL('../../../../../shared/data/fhir/synthea/', import.meta.url);
    if (!existsSync(folder)) {
      console.warn('SKIPPED: ../shared/data/fhir/synthea is not here');
      this.skip();
    }
    const [file] = readdirSync(folder)
      .filter((name) => /_[0-9a-f-]{36}\.json$/.test(name))
      .sort();
    const bundle: unknown = JSON.parse(readFileSync(new URL(file ?? '', folder), 'utf8'));
    const world = await openWorld({ to: 'empty' });
    try {
      const counts = await world.data.seed(bundle);

      assert.equal(counts['Patient'], 1);
      assert.ok((counts['Encounter'] ?? 0) > 0);
      const encounters = await world.call('GET', '/fhir/Encounter');
      const patients = await world.call('GET', '/fhir/Patient');
      const { id } = patients.json.entry[0].resource;
      assert.equal(encounters.json.total, counts['Encounter']);
      assert.equal(encounters.json.entry[0].resource.subject.reference, `Patient/${id}`);
    } finally {
      await world.close();
    }
  });

  it('keeps its record in a folder', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'openemr-data-'));
    const random = createSeededRandom('test', 'openemr');
    const deps: ApiDeps = {
      context: { clock: { now: () => now }, ...random, baseUrl: () => '', note: () => undefined },
      profile: profiles['7.0.3'],
      settings: () => guideDefaults,
      baseUrl: () => '',
      note: () => undefined,
    };
    try {
      const first = createOpenemrData(deps, folder);
      await first.reset('seed');
      await first.close();
      const second = createOpenemrData(deps, folder);

      assert.equal(second.stats()['patients'], 24);
      await second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('accounts', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('lets staff in by their password, and nobody without one', () => {
    const { accounts } = world.data;

    assert.equal(accounts.staffByLogin('admin', 'pass')?.lastName, 'Administrator');
    assert.equal(accounts.staffByLogin('admin', 'wrong'), undefined);
    assert.equal(accounts.staffByLogin('oe-system', ''), undefined);
    assert.equal(accounts.staffByUuid('nonsense'), undefined);
  });

  it('lets a patient in by name, password and e-mail together', () => {
    const { accounts } = world.data;
    const patient = accounts.patientByLogin('patient001', 'pass', 'patient001@example.com');

    assert.equal(patient?.lastName, '홍');
    assert.equal(accounts.patientByLogin('patient001', 'pass', 'other@example.com'), undefined);
    assert.deepEqual(accounts.patientByUuid(patient?.uuid ?? ''), patient);
  });

  it('finds patients for the picker by first or last name', () => {
    const names = (name: string, limit = 10) =>
      world.data.accounts
        .searchPatients(name, limit)
        .map(({ lastName, firstName }) => lastName + firstName);

    assert.deepEqual(names('길'), ['홍길동']);
    assert.deepEqual(names('홍'), ['홍길동']);
    assert.equal(names('', 3).length, 3);
  });
});
