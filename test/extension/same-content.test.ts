import assert from 'node:assert/strict';
import type { FhirResource } from '#core/fhir/r4.ts';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { isSameContent } from '#extension/documents/same-content.ts';

const patient = (changes: object = {}) =>
  ({ resourceType: 'Patient', id: '1', gender: 'male', ...changes }) as FhirResource;
const observation = (value: string) =>
  parseExact(`{"resourceType":"Observation","valueQuantity":{"value":${value}}}`) as FhirResource;

describe('isSameContent', () => {
  it('leaves out what the server counts, and the order of the elements', () => {
    const counted = { versionId: '2', lastUpdated: '2026-01-14T09:13:51Z', source: '#1' };
    const reversed = { gender: 'male', meta: counted, id: '1', resourceType: 'Patient' } as const;

    assert.equal(isSameContent(patient(), reversed, 'fhir'), true);
    assert.equal(isSameContent(patient(), reversed, 'openemr'), true);
    assert.equal(isSameContent(patient(), { ...reversed, gender: 'female' }, 'fhir'), false);
  });

  it('keeps labels, narrative and extensions in mind where a save would overwrite them', () => {
    const tag = patient({ meta: { security: [{ code: 'R' }] } });
    const text = patient({ text: { status: 'additional', div: '<div>x</div>' } });
    const extension = patient({ extension: [{ url: 'http://x.test', valueCode: 'M' }] });

    for (const changed of [tag, text, extension]) {
      assert.equal(isSameContent(patient(), changed, 'fhir'), false);
      assert.equal(isSameContent(patient(), changed, 'openemr'), true);
    }
  });

  it('compares numbers by the digits they were written with', () => {
    assert.equal(isSameContent(observation('1.50'), observation('1.50'), 'fhir'), true);
    assert.equal(isSameContent(observation('1.50'), observation('1.5'), 'fhir'), false);
    assert.equal(isSameContent(observation('1.50'), observation('1.60'), 'fhir'), false);
  });
});
