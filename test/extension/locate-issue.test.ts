import assert from 'node:assert/strict';
import { locateIssue } from '#extension/documents/locate-issue.ts';

const text = '{\n  "name": [\n    { "family": "Kim" }\n  ],\n  "gender": "M"\n}';
const at = (location: readonly (string | number)[], source = text) => {
  const { offset, length } = locateIssue(source, location);
  return source.slice(offset, offset + length);
};

describe('locateIssue', () => {
  it('points at the name of a property', () => {
    assert.equal(at(['gender']), '"gender"');
    assert.equal(at(['name', 0, 'family']), '"family"');
  });

  it('points at the start of an array item', () => {
    assert.equal(at(['name', 0]), '{');
  });

  it('points at the nearest element that is there when the one meant is missing', () => {
    assert.equal(at(['name', 3, 'given']), '"name"');
    assert.equal(at(['birthDate']), '{');
  });

  it('points at the beginning of a text that is no JSON', () => {
    assert.equal(at(['gender'], ''), '');
  });
});
