import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseExact, withPlainNumbers } from '#core/fhir/validate/exact-json.ts';

const integer = fc.stringMatching(/^-?(?:0|[1-9]\d{0,20})$/);
const fraction = fc.stringMatching(/^(?:\.\d{1,22})?$/);
const exponent = fc.stringMatching(/^(?:[eE][-+]?\d{1,3})?$/);
/** Any number that JSON can write. */
const numberText = fc.tuple(integer, fraction, exponent).map((parts) => parts.join(''));

describe('parseExact', () => {
  it('gives every number back as it was written', () =>
    fc.assert(
      fc.property(
        fc.array(numberText, { minLength: 1 }),
        fc.constantFrom(',', ' ,\n ', `,${' '.repeat(300)}`),
        (numbers, comma) => {
          const list = `[${numbers.join(comma)}]`;
          const object = `{${numbers.map((number, index) => `"${index}": ${number}`).join(comma)}}`;

          assert.equal(JSON.stringify(parseExact(list)), `[${numbers.join(',')}]`);
          assert.equal(
            JSON.stringify(parseExact(object)),
            `{${numbers.map((number, index) => `"${index}":${number}`).join(',')}}`,
          );
        },
      ),
      { numRuns: 2000 },
    ));

  it('parses any other JSON as JSON.parse does', () =>
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(
          withPlainNumbers(parseExact(text)),
          JSON.parse(JSON.stringify(JSON.parse(text))),
        );
      }),
      { numRuns: 500 },
    ));

  it('looks at long digits, dots and exponents once', () => {
    const texts = ['7'.repeat(2_000_000), '1.'.repeat(1_000_000), '1e5 '.repeat(500_000)];
    const startedAt = process.cpuUsage().user;
    for (const text of texts) assert.equal(parseExact(JSON.stringify([text]))?.toString(), text);

    // Linear takes some 50 ms; what starts over at each digit would take hours.
    assert.ok(process.cpuUsage().user - startedAt < 5_000_000);
  });

  it('throws a SyntaxError on what is not JSON', () => {
    assert.throws(() => parseExact('{"a":1.0'), SyntaxError);
  });
});
