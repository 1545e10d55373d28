// Our FHIR client against two servers that were written apart from it and from each other.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { createFhirClient, type FhirClient } from '#core/fhir/client.ts';
import type { Patient } from '#core/fhir/r4.ts';
import type { Http } from '#core/http.ts';
import { createHttp } from '#core/undici-http.ts';
import { createFhirMock } from '#mock-servers/fhir/fhir-mock.ts';
import type { SuiteContext } from '#mock-servers/kernel/mock-app.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import { startMedplum } from './medplum-server.ts';

const kinds = [
  {
    name: 'Medplum',
    /** Its memory repository cuts pages but does not link them. */
    linksPages: false,
    async start() {
      const { url, close } = await startMedplum();
      return { baseUrl: url, close };
    },
  },
  {
    name: 'mock FHIR server',
    linksPages: true,
    async start() {
      const makers = { fhir: async (context: SuiteContext) => createFhirMock(context) };
      const suite = aSuite({ makers, initial: 'empty' });
      const { urls } = await suite.start();
      return { baseUrl: urls.fhir ?? assert.fail('no FHIR server'), close: () => suite.stop() };
    },
  },
];

for (const kind of kinds) {
  describe(`FHIR client against ${kind.name}`, () => {
    let server: { baseUrl: string; close(): Promise<void> };
    let http: Http;
    let fhir: FhirClient;
    before(async function () {
      // Medplum reads all definitions of R4 first.
      this.timeout(60_000);
      server = await kind.start();
      http = createHttp({ clock: systemClock });
      fhir = createFhirClient({ http, baseUrl: server.baseUrl });
    });
    after(async () => {
      await http?.close();
      await server?.close();
    });

    const aPatient = (family: string): Patient => ({
      resourceType: 'Patient',
      name: [{ family, given: ['길동'] }],
      extension: [{ url: 'http://example.org/unknown', valueString: 'kept' }],
    });

    it('creates a resource and reads it back whole', async () => {
      const { id, resource } = await fhir.create(aPatient('Hong'));

      const read = await fhir.read('Patient', id);

      assert.deepEqual(read.resource, resource);
      assert.deepEqual(read.resource.extension, aPatient('').extension);
      assert.ok(read.etag);
    });

    it('updates from the version it has read, and from no other', async () => {
      const { id } = await fhir.create(aPatient('Kim'));
      const { resource } = await fhir.read('Patient', id);

      const saved = await fhir.update({ ...resource, birthDate: '1980-02-29' });

      assert.equal(saved.resource?.birthDate, '1980-02-29');
      assert.notEqual(saved.resource?.meta?.versionId, resource.meta?.versionId);
      await assert.rejects(fhir.update({ ...resource, active: true }), { code: 'FHIR_CONFLICT' });
      assert.equal((await fhir.read('Patient', id)).resource.active, undefined);
    });

    it('walks over the pages of a search', async () => {
      const family = `Page${randomUUID()}`;
      const made = new Set<string>();
      for (let count = 0; count < 5; count += 1) made.add((await fhir.create(aPatient(family))).id);

      const first = await fhir.searchPage('Patient', { name: family, _count: 2 });
      const found: (string | undefined)[] = [];
      const params = { name: family, _count: kind.linksPages ? 2 : 5 };
      for await (const { id } of fhir.search('Patient', params)) found.push(id);

      assert.equal(first.matches.length, 2);
      assert.equal(first.nextUrl !== undefined, kind.linksPages);
      assert.equal(found.length, 5);
      assert.deepEqual(new Set(found), made);
    });

    it('finds nothing in an empty Bundle', async () => {
      const { matches, nextUrl } = await fhir.searchPage('Patient', { name: randomUUID() });

      assert.deepEqual([matches, nextUrl], [[], undefined]);
    });

    it('tells a deleted and an unknown resource from a failure', async () => {
      const { id } = await fhir.create(aPatient('Gone'));
      await fhir.delete('Patient', id);

      await assert.rejects(fhir.read('Patient', id), { code: 'FHIR_NOT_FOUND' });
      await assert.rejects(fhir.read('Patient', randomUUID()), { code: 'FHIR_NOT_FOUND' });
    });
  });
}
