// Settings to data: doctor, FHIR client and standard API client on the mock OpenEMR, with a token of each grant.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { OutcomeError } from '#core/fhir/outcome-error.ts';
import type { Http } from '#core/http.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import { type OpenEmrValidationError, patientProblems } from '#core/openemr/patient.ts';
import { createHttp } from '#core/undici-http.ts';
import {
  type Connection,
  type ConnectionSecrets,
  type ConnectionSettings,
  connect,
} from '#core/workflows/connect.ts';
import { examine } from '#core/workflows/doctor.ts';
import { seedClients, startOpenEmrAlone } from './mock-openemr.ts';

describe('Connection to the mock OpenEMR', () => {
  let mocks: Awaited<ReturnType<typeof startOpenEmrAlone>>;
  let http: Http;
  let guide: ConnectionSettings;
  let secrets: ConnectionSecrets;
  before(async () => {
    mocks = await startOpenEmrAlone();
    http = createHttp({ clock: systemClock });
    const client = mocks.clients[0] ?? assert.fail('no seeded client');
    guide = {
      baseUrl: mocks.urls.openemr ?? assert.fail('no OpenEMR'),
      site: 'default',
      clientId: client.clientId,
      clientAuth: 'secretPost',
      grant: 'client_credentials',
      scopes: ['system/Patient.read', 'system/Encounter.read', 'system/Observation.read'],
    };
    secrets = { clientSecret: client.clientSecret ?? '' };
  });
  after(async () => {
    await http?.close();
    await mocks?.stop();
  });

  function open(changes: Partial<ConnectionSettings> = {}, its = secrets): Connection {
    const tokens = createTokenCache({ clock: systemClock });
    const ports = { http, clock: systemClock, newId: randomUUID, tokens };
    return connect({ ...guide, ...changes }, { ...ports, secrets: async () => its });
  }

  async function checkUp(changes: Partial<ConnectionSettings> = {}, its = secrets) {
    const report = await examine(
      { ...guide, ...changes },
      { http, connect: () => open(changes, its) },
    );
    const findings = report.steps.flatMap((step) => step.findings.map(({ id }) => id));
    return { ...report, findings, states: report.steps.map(({ state }) => state).join(' ') };
  }

  describe('doctor', () => {
    it('finds the seeded client of the guide healthy', async () => {
      const { isHealthy, states, findings } = await checkUp();

      assert.equal(states, 'passed passed passed passed passed passed');
      assert.deepEqual(findings, []);
      assert.ok(isHealthy);
    });

    it('explains an unknown site', async () => {
      const { states, findings } = await checkUp({ site: 'nowhere' });

      assert.equal(states, 'passed passed failed skipped skipped skipped');
      assert.deepEqual(findings, ['oauth.site-unknown']);
    });

    it('explains a secret where a signed JWT is needed', async () => {
      const { findings } = await checkUp({ clientId: 'somebody-else' });

      assert.deepEqual(findings, ['oauth.secret-instead-of-jwt']);
    });

    it('explains the password grant while it is off', async () => {
      const strict = await startOpenEmrAlone({ strict: true });
      const baseUrl = strict.urls.openemr ?? '';

      const { findings } = await checkUp(
        { baseUrl, grant: 'password', username: 'admin' },
        { ...secrets, password: 'pass' },
      );
      await strict.stop();

      assert.deepEqual(findings, ['oauth.grant-switched-off']);
    });

    it('explains a wrong password', async () => {
      const { findings } = await checkUp(
        { grant: 'password', username: 'admin' },
        { ...secrets, password: 'wrong' },
      );

      assert.deepEqual(findings, ['oauth.login-refused']);
    });

    it('explains a refresh token that is worth nothing', async () => {
      const { findings } = await checkUp(
        { grant: 'refresh_token' },
        { ...secrets, refreshToken: 'def50200' },
      );

      assert.deepEqual(findings, ['oauth.refresh-refused']);
    });

    it('explains a scope that OpenEMR does not know', async () => {
      const { findings } = await checkUp({ scopes: ['system/ImagingStudy.read'] });

      assert.deepEqual(findings, ['oauth.scope-refused']);
    });

    it('explains a read without the scope for it', async () => {
      const { states, findings } = await checkUp({ scopes: ['system/Encounter.read'] });

      assert.equal(states, 'passed passed passed passed passed failed');
      assert.deepEqual(findings, ['api.scope-missing', 'api.right-missing']);
    });
  });

  describe('FHIR client', () => {
    it('finds patients and reads one of them', async () => {
      const { fhir } = open();

      const { matches, total } = await fhir.searchPage('Patient');
      const first = matches[0] ?? assert.fail('no patient');
      const { resource, etag } = await fhir.read('Patient', first.id ?? '');

      assert.equal(total, matches.length);
      assert.deepEqual(resource, first);
      assert.equal(etag, undefined);
    });

    it('iterates over encounters of one patient only', async () => {
      const { fhir } = open();
      const { matches } = await fhir.searchPage('Patient');
      const id = matches[0]?.id ?? '';

      const subjects = new Set<unknown>();
      for await (const { subject } of fhir.search('Encounter', { patient: id })) {
        subjects.add(subject?.reference);
      }

      assert.deepEqual([...subjects], [`Patient/${id}`]);
    });

    it('names what is not there, what is no id, and what cannot be written', async () => {
      const { fhir } = open();

      await assert.rejects(fhir.read('Patient', randomUUID()), { code: 'FHIR_NOT_FOUND' });
      await assert.rejects(fhir.read('Patient', 'no-uuid'), (error: OutcomeError) => {
        assert.ok(error instanceof OutcomeError);
        assert.match(error.issues[0]?.details?.text ?? '', /valid UUID/);
        return true;
      });
      const observation = { resourceType: 'Observation', status: 'final', code: {} } as const;
      await assert.rejects(fhir.create(observation), { code: 'FHIR_READ_ONLY' });
    });

    it('works without a token where there is none to have', async () => {
      const { fhir } = open({ grant: 'authorization_code' });

      assert.equal((await fhir.capabilities()).software?.version, '7.0.3');
      await assert.rejects(fhir.searchPage('Patient'), { code: 'HTTP_STATUS', status: 401 });
    });
  });

  describe('standard API client', () => {
    const staff = {
      clientId: 'staff',
      grant: 'password',
      username: 'admin',
      scopes: ['api:oemr', 'user/patient.read', 'user/patient.write'],
    } as const;
    const stored = { clientSecret: 's', password: 'pass' };
    before(async () => {
      const scope = staff.scopes.join(' ');
      await seedClients(guide.baseUrl, { client_id: 'staff', client_secret: 's', scope });
    });

    it('creates a patient, finds it and reads it', async () => {
      const { openemr } = open(staff, stored);
      const input = { fname: '길동', lname: '홍', sex: 'Male', DOB: '1980-02-29' };

      const { uuid, pid } = await openemr.createPatient(input);
      const found = await openemr.searchPatients({ lname: '홍', DOB: '1980-02-29' });
      const read = await openemr.readPatient(uuid);

      assert.deepEqual(
        found.map((patient) => patient.uuid),
        [uuid],
      );
      assert.equal(read?.fname, '길동');
      assert.equal(read?.pid, pid);
    });

    it('cuts the row too many', async () => {
      const { openemr } = open(staff, stored);

      assert.equal((await openemr.searchPatients({}, { limit: 2 })).length, 2);
    });

    it('finds nobody under an unknown or malformed uuid', async () => {
      const { openemr } = open(staff, stored);

      assert.equal(await openemr.readPatient(randomUUID()), undefined);
      assert.equal(await openemr.readPatient('no-uuid'), undefined);
    });

    it('names the fields that were refused', async () => {
      const { openemr } = open(staff, stored);
      const input = { fname: '길동', lname: 'K', sex: 'M', DOB: 'yesterday', email: 'hong' };

      await assert.rejects(openemr.createPatient(input), (error: OpenEmrValidationError) => {
        assert.deepEqual(Object.keys(error.messages), ['lname', 'sex', 'DOB', 'email']);
        assert.deepEqual(
          patientProblems(input).map(({ field }) => field),
          Object.keys(error.messages),
        );
        return true;
      });
    });

    it('needs api:oemr beside its scopes', async () => {
      const { findings } = await checkUp({ ...staff, scopes: ['user/patient.read'] }, stored);

      assert.deepEqual(findings, ['oauth.scope-refused']);
    });
  });
});
