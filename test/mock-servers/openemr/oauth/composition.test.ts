// Both halves together, on the seeded record: what a token of each kind can do with real patients.
import assert from 'node:assert/strict';
import { createOpenemrData } from '#mock-servers/openemr/records/openemr-data.ts';
import { machineForm, passwordForm, seedClients } from './clients.ts';
import { type Answered, type Form, openWorld, type World } from './world.ts';

const fhirPatient = {
  resourceType: 'Patient',
  name: [{ use: 'official', family: 'Han', given: ['Seoyeon'] }],
  gender: 'female',
  birthDate: '1988-04-05',
};

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`sign-in with the patient record, ${profile}`, () => {
    let world: World;
    before(async () => {
      world = await openWorld({ profile, createData: createOpenemrData });
      await seedClients(world);
    });
    after(() => world.close());

    const guideForm = (): Form => {
      const [client] = world.mock.clients?.() ?? [];
      return {
        grant_type: 'client_credentials',
        client_id: client?.clientId ?? '',
        client_secret: client?.clientSecret ?? '',
      };
    };
    const call = async (form: Form, path: string, body?: unknown): Promise<Answered> => {
      const { json, text } = await world.token(form);
      assert.ok(json['access_token'], text);
      return world.send(`/apis/default${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${json['access_token']}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    };

    it('lets the client of the guides create a patient by FHIR and read it again', async () => {
      const created = await call(guideForm(), '/fhir/Patient', fhirPatient);
      const read = await call(guideForm(), `/fhir/Patient/${created.json['uuid']}`);

      assert.deepEqual([created.status, read.status], [201, 200], created.text);
      assert.equal(read.json['birthDate'], '1988-04-05');
    });

    it('refuses it what is not ticked', async () => {
      const { status } = await call(guideForm(), '/fhir/Condition');

      assert.equal(status, 401);
    });

    it('lets a registered machine read what it is registered for, and write nothing', async () => {
      const read = await call(machineForm(world), '/fhir/Patient');
      const written = await call(machineForm(world), '/fhir/Patient', fhirPatient);

      assert.deepEqual([read.status, written.status], [200, 401]);
      assert.equal(read.json['resourceType'], 'Bundle');
    });

    it('lets admin list patients by the standard API', async () => {
      const { status, json } = await call(passwordForm, '/api/patient');

      assert.equal(status, 200);
      assert.ok((json['data'] as unknown[]).length > 1);
    });

    it('refuses the standard API to the system user', async () => {
      const { status } = await call(guideForm(), '/api/patient');

      assert.equal(status, profile === '7.0.4' ? 403 : 401);
    });

    it('has a CapabilityStatement without a token', async () => {
      const { json } = await world.send('/apis/default/fhir/metadata');

      assert.equal(json['resourceType'], 'CapabilityStatement');
    });

    it('answers an unknown route of a known API in the form of the profile', async () => {
      const { status, text } = await call(passwordForm, '/api/nowhere');

      assert.equal(status, 404);
      assert.equal(
        text,
        profile === '7.0.4'
          ? '{"error":"An error occurred","message":"Route not found","code":0}'
          : '',
      );
    });
  });
}
