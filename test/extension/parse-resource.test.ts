import assert from 'node:assert/strict';
import type { WorkbenchError } from '#core/errors.ts';
import { parseTyped } from '#extension/documents/parse-resource.ts';

const target = { type: 'Patient', id: '42' };

describe('parseTyped', () => {
  it('keeps unknown elements and the digits of decimals', () => {
    const typed = '{"resourceType":"Patient","id":"42","x":{"y":[1.50]}}';

    assert.equal(JSON.stringify(parseTyped(typed, target)), typed);
  });

  it('names the line of a typing error', () => {
    assert.throws(
      () => parseTyped('{\n"resourceType": "Patient",\n"id": 42x\n}', target),
      ({ code, text }: WorkbenchError) => code === 'JSON_SYNTAX' && text.args['line'] === 3,
    );
  });

  it('names the last line of JSON that was cut short', () => {
    assert.throws(
      () => parseTyped('{\n"resourceType":', target),
      ({ code, text }: WorkbenchError) => code === 'JSON_SYNTAX' && text.args['line'] === 2,
    );
  });

  it('does not repeat what was typed', () => {
    assert.throws(
      () => parseTyped('{"name": Gildong', target),
      ({ message }: WorkbenchError) => !message.includes('Gildong'),
    );
  });

  it('refuses JSON that is no resource', () => {
    for (const typed of ['[]', '1', '{"id":"42"}']) {
      assert.throws(
        () => parseTyped(typed, target),
        ({ code }: WorkbenchError) => code === 'FHIR_BAD_RESOURCE',
      );
    }
  });

  it('refuses another id or type than the one of the editor', () => {
    for (const typed of [
      '{"resourceType":"Patient","id":"43"}',
      '{"resourceType":"Observation","id":"42"}',
      '{"resourceType":"Patient"}',
    ]) {
      assert.throws(
        () => parseTyped(typed, target),
        ({ code }: WorkbenchError) => code === 'FHIR_BAD_RESOURCE',
      );
    }
  });
});
