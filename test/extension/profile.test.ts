import assert from 'node:assert/strict';
import { Grant, mockProfile, newProfile, parseProfiles, toSetting } from '#extension/profile.ts';

describe('parseProfiles', () => {
  it('offers the mock profile when nothing is configured', () => {
    assert.deepEqual(parseProfiles(undefined), [mockProfile()]);
  });

  it('reads what toSetting has written', () => {
    const hospital = newProfile('Hospital', {
      baseUrl: 'https://emr.example.org',
      grant: Grant.jwt,
      scopes: 'system/Patient.read',
    });

    const read = parseProfiles([hospital, mockProfile()].map(toSetting));

    assert.deepEqual(read, [hospital, mockProfile()]);
  });

  it('leaves out what is no profile, and a second one of the same name', () => {
    const read = parseProfiles([1, null, { name: ' ' }, { name: 'A', site: 'x' }, { name: 'A' }]);

    assert.deepEqual(
      read.map(({ name, site }) => [name, site]),
      [
        ['Mock servers', 'default'],
        ['A', 'x'],
      ],
    );
  });

  it('ignores values of another type and unknown grants', () => {
    const [, read] = parseProfiles([{ name: 'A', baseUrl: 7, grant: 'implicit' }]);

    assert.deepEqual(read, newProfile('A'));
  });

  it('takes no address for a mock profile: a shared file cannot send its secret elsewhere', () => {
    const [read] = parseProfiles([{ name: 'M', mock: true, baseUrl: 'https://evil.example' }]);

    assert.equal(read?.baseUrl, mockProfile().baseUrl);
  });
});

describe('toSetting', () => {
  it('writes only what differs from a new profile', () => {
    assert.deepEqual(toSetting(newProfile('A', { clientId: 'x' })), { name: 'A', clientId: 'x' });
    assert.deepEqual(toSetting(mockProfile()), { name: 'Mock servers', mock: true });
  });
});
