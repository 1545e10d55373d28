import assert from 'node:assert/strict';
import { significant } from '#mock-servers/orthanc/dicom/decimals.ts';
import { Real, styledJson, tabbedJson } from '#mock-servers/orthanc/rest/json.ts';

describe('JSON of the Orthanc mock', () => {
  it('is written as jsoncpp writes it: sorted, three blanks, nested values on new lines', () => {
    const text = styledJson({ b: [1, 'two'], a: { none: null, empty: [], nothing: {} } });

    assert.equal(
      text,
      [
        '{',
        '   "a" : ',
        '   {',
        '      "empty" : [],',
        '      "none" : null,',
        '      "nothing" : {}',
        '   },',
        '   "b" : ',
        '   [',
        '      1,',
        '      "two"',
        '   ]',
        '}',
      ].join('\n'),
    );
  });

  it('writes errors with tabs and a last line', () => {
    assert.equal(tabbedJson({ HttpStatus: 404 }), '{\n\t"HttpStatus" : 404\n}\n');
  });

  it('writes nothing but ASCII', () => {
    assert.equal(styledJson('홍'), '"\\ud64d"');
  });

  it('writes a double that is whole with a fraction', () => {
    assert.equal(styledJson(new Real(2)), '2.0');
    assert.equal(styledJson(0.1), '0.10000000000000001');
  });

  for (const [value, text] of [
    [0.5, '0.5'],
    // A half between two decimals goes to the even one, as in C.
    [Math.fround(-180.5357971), '-180.53579711914062'],
    [Math.fround(-77.2040634), '-77.204063415527344'],
    [862_399_744, '862399744'],
    [1e22, '1e+22'],
    [1.5e-7, '1.4999999999999999e-07'],
    [Number.NaN, 'nan'],
    [-0, '-0'],
  ] as const) {
    it(`prints ${text} as C does`, () => {
      assert.equal(significant(value), text);
    });
  }

  it('prints fewer digits where a float is asked for', () => {
    assert.equal(significant(Math.fround(0.8), 9), '0.800000012');
  });
});
