import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBundle, isOperationOutcome, isResource } from '#core/fhir/wire.ts';
import {
  hasShape,
  isArrayOf,
  isNumber,
  isOneOf,
  isRecord,
  isString,
  optional,
  parseJson,
} from '#core/guards.ts';
import {
  isDiscoveryDocument,
  isOAuthErrorBody,
  isRegistrationResponse,
  isTokenResponse,
} from '#core/oauth/wire.ts';
import { isCreatedPatient, isEnvelope, isPatientRecord } from '#core/openemr/wire.ts';

describe('guards', () => {
  it('tell records from arrays and null', () => {
    assert.ok(isRecord({}));
    for (const value of [null, [], 'x', 1, undefined]) assert.ok(!isRecord(value));
  });

  it('check every named field of a shape and leave the others alone', () => {
    const isPoint = hasShape<{ x: number; label: string | undefined }>({
      x: isNumber,
      label: optional(isString),
    });

    assert.ok(isPoint({ x: 1, y: 'anything' }));
    assert.ok(!isPoint({ x: '1' }));
    assert.ok(!isPoint({ x: 1, label: null }));
  });

  it('check every item of an array and every word of a set', () => {
    assert.ok(isArrayOf(isString)(['a']));
    assert.ok(!isArrayOf(isString)(['a', 1]));
    assert.ok(isOneOf('a', 'b')('b'));
    assert.ok(!isOneOf('a', 'b')('c'));
  });
});

describe('guards of the wire', () => {
  const guards = {
    isBundle,
    isOperationOutcome,
    isResource,
    isDiscoveryDocument,
    isOAuthErrorBody,
    isRegistrationResponse,
    isTokenResponse,
    isCreatedPatient,
    isEnvelope,
    isPatientRecord,
  };
  const words = [
    ...['resourceType', 'Bundle', 'OperationOutcome', 'entry', 'resource', 'issue', 'link', 'id'],
    ...['meta', 'access_token', 'token_type', 'expires_in', 'scope', 'error', 'hint', 'client_id'],
    ...['token_endpoint', 'scopes_supported', 'data', 'internalErrors', 'validationErrors', 'uuid'],
  ];
  const key = fc.oneof(fc.constantFrom(...words), fc.string());
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...words, null, true, 3600, ''),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 5 }),
    ),
  })).any;

  for (const [name, guard] of Object.entries(guards)) {
    it(`${name} answers about any value without a crash and without changing it`, () => {
      fc.assert(
        fc.property(value, (input) => {
          const before = JSON.stringify(input);
          assert.equal(typeof guard(input), 'boolean');
          assert.equal(JSON.stringify(input), before);
        }),
      );
    });
  }

  it('accept no value whose required field is missing or of another type', () => {
    const complete: [(value: unknown) => boolean, Record<string, unknown>][] = [
      [isTokenResponse, { access_token: 'a', token_type: 'Bearer' }],
      [isOAuthErrorBody, { error: 'invalid_client' }],
      [isRegistrationResponse, { client_id: 'a' }],
      [isDiscoveryDocument, { token_endpoint: 'http://server.test/token' }],
      [isEnvelope, { data: [], internalErrors: [], validationErrors: [] }],
      [isCreatedPatient, { pid: 1, uuid: 'u' }],
      [isPatientRecord, { pid: 1, uuid: 'u', fname: 'f', lname: 'l' }],
      [isBundle, { resourceType: 'Bundle' }],
      [isOperationOutcome, { resourceType: 'OperationOutcome', issue: [] }],
    ];
    for (const [guard, sample] of complete) {
      assert.ok(guard(sample), JSON.stringify(sample));
      for (const field of Object.keys(sample)) {
        const { [field]: _, ...without } = sample;
        assert.ok(!guard(without), `${field} missing`);
        if (field !== 'data')
          assert.ok(!guard({ ...sample, [field]: true }), `${field} of another type`);
      }
    }
  });

  const spoiled: [string, (value: unknown) => boolean, unknown][] = [
    [
      'one issue of two',
      isOperationOutcome,
      {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code: 'x' }, { code: 'x' }],
      },
    ],
    ['one entry of two', isBundle, { resourceType: 'Bundle', entry: [{}, 'x'] }],
    [
      'one link of two',
      isBundle,
      { resourceType: 'Bundle', link: [{ relation: 'self', url: 'u' }, { relation: 'next' }] },
    ],
    [
      'one field of the record',
      isPatientRecord,
      { pid: 1, uuid: 'u', fname: 'f', lname: 'l', DOB: 1 },
    ],
    [
      'one message of two',
      isEnvelope,
      { data: [], internalErrors: [], validationErrors: { a: { x: 'y' }, b: { x: 1 } } },
    ],
    [
      'one field of two',
      isEnvelope,
      { data: [], internalErrors: [], validationErrors: { a: { x: 'y' }, b: 'z' } },
    ],
    [
      'the end of a token',
      isTokenResponse,
      { access_token: 'a', token_type: 'b', expires_in: '5m' },
    ],
    ['one capability', isDiscoveryDocument, { token_endpoint: 'x', capabilities: ['a', 1] }],
  ];
  for (const [name, guard, value] of spoiled) {
    it(`do not overlook that ${name} is wrong`, () => assert.ok(!guard(value)));
  }

  it('take the end of a token as a number or its digits', () => {
    for (const expires_in of [3600, '3600', 0.5]) {
      assert.ok(isTokenResponse({ access_token: 'a', token_type: 'b', expires_in }));
    }
  });

  it('reads JSON as unknown', () => {
    assert.deepEqual(parseJson('{"a":[1]}'), { a: [1] });
    assert.throws(() => parseJson('{'), SyntaxError);
  });
});
