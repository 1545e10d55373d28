// Facts 3.6: the CapabilityStatement, element by element.
import assert from 'node:assert/strict';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { openWorld } from '../records/world.ts';

const smart = 'http://fhir-registry.smarthealthit.org/StructureDefinition';
const usCore = 'http://hl7.org/fhir/us/core';
const bulkData = 'http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data';
const onlyIn704 = {
  '7.0.3': { instantiates: [], versions: [''] },
  '7.0.4': {
    instantiates: [`${usCore}/CapabilityStatement/us-core-server`],
    versions: ['', '|3.1.1', '|7.0.0', '|8.0.0'],
  },
} as const;

describe('facts 3.6: CapabilityStatement', () => {
  for (const version of ['7.0.3', '7.0.4'] as const) {
    // biome-ignore lint/suspicious/noExplicitAny: the test looks into every corner of it
    let json: any;
    before(async () => {
      const world = await openWorld({ version, to: 'empty' });
      json = (await world.call('GET', '/fhir/metadata')).json;
      await world.close();
    });

    it(`names itself and its form in ${version}`, () => {
      const { rest: _, ...head } = json;

      assert.deepEqual(head, {
        resourceType: 'CapabilityStatement',
        status: 'active',
        date: '2026-01-14',
        kind: 'instance',
        instantiates: [bulkData, ...onlyIn704[version].instantiates],
        software: { name: 'OpenEMR', version },
        implementation: {
          description: 'OpenEMR FHIR API',
          url: 'https://openemr.example/apis/default/fhir',
        },
        fhirVersion: '4.0.1',
        format: ['application/json'],
      });
      assert.equal(json.rest[0].mode, 'server');
    });

    it(`shows where to sign in in ${version}`, () => {
      const { extension, service } = json.rest[0].security;
      const [{ url, extension: addresses }, ...capabilities] = extension;
      const oauth = 'https://openemr.example/oauth2/default';
      const terminology =
        version === '7.0.3' ? 'http://hl7.org/fhir' : 'http://terminology.hl7.org/CodeSystem';

      assert.equal(url, `${smart}/oauth-uris`);
      assert.deepEqual(addresses, [
        { valueUri: `${oauth}/token`, url: 'token' },
        { valueUri: `${oauth}/authorize`, url: 'authorize' },
        { valueUri: `${oauth}/registration`, url: 'register' },
        { valueUri: `${oauth}/introspect`, url: 'introspect' },
      ]);
      const codes = capabilities.map((one: { valueCode: string }) => one.valueCode);
      assert.ok(capabilities.every((one: { url: string }) => one.url === `${smart}/capabilities`));
      assert.ok(codes.includes('context-passthrough-banner'));
      assert.ok(codes.includes('context-passthrough-style'));
      assert.equal(codes.includes('context-banner'), false);
      assert.deepEqual(service, [
        {
          coding: [{ system: `${terminology}/restful-security-service`, code: 'SMART-on-FHIR' }],
          text: 'OAuth2 using SMART-on-FHIR profile (see http://docs.smarthealthit.org)',
        },
      ]);
    });

    it(`says what ${version} serves`, () => {
      const { resource } = json.rest[0];
      const types = resource.map(({ type }: { type: string }) => type);

      const coded = (code: string) =>
        resource
          .filter(({ interaction }: { interaction: { code: string }[] }) =>
            interaction.some((one) => one.code === code),
          )
          .map(({ type }: { type: string }) => type);
      assert.equal(types.includes('ServiceRequest'), profiles[version].hasServiceRequest);
      assert.equal(types.includes('ImagingStudy'), false);
      assert.deepEqual(coded('create'), ['Organization', 'Patient', 'Practitioner']);
      assert.deepEqual(coded('update'), ['Organization', 'Patient', 'Practitioner']);
      assert.equal(coded('search-type').includes('Binary'), false);
    });

    it(`describes each type in ${version}`, () => {
      for (const one of json.rest[0].resource) {
        assert.equal(one.profile, `http://hl7.org/fhir/StructureDefinition/${one.type}`);
        assert.equal(one.updateCreate, false);
        assert.deepEqual(one.searchInclude, ['*']);
        assert.deepEqual(one.searchRevInclude, ['Provenance:target']);
      }
      const typed = (type: string) =>
        json.rest[0].resource.find((one: { type: string }) => one.type === type);
      assert.deepEqual(
        typed('Patient').supportedProfile,
        onlyIn704[version].versions.map(
          (mark) => `${usCore}/StructureDefinition/us-core-patient${mark}`,
        ),
      );
      assert.deepEqual(
        typed('Condition').searchParam.map(({ name }: { name: string }) => name),
        ['_id', 'patient', '_lastUpdated'],
      );
      const operations = typed('OperationDefinition').operation;
      assert.deepEqual(
        operations.map(({ name }: { name: string }) => name),
        ['export', 'bulkdata-status'],
      );
    });
  }
});
