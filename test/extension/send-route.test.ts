import assert from 'node:assert/strict';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { createDicomWebClient } from '#core/orthanc/dicomweb.ts';
import type { LoadClients } from '#extension/platform/load-clients.ts';
import { mockProfile, newProfile, type Profile } from '#extension/profile.ts';
import type { SendBy } from '#extension/send-route.ts';
import type { Servers } from '#extension/servers.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';
import { settings } from '#test/support/fake-vscode.ts';

const clients = await import('#extension/clients.ts');
const { configuredSendBy, findAgain, openSendRoute, rememberSendBy, sendAddress } = await import(
  '#extension/send-route.ts'
);

const hospital = newProfile('Hospital', {
  orthancUrl: 'http://orthanc.test:8042',
  dicomNode: ' PACS@pacs.test:104 ',
});

describe('how files are sent', () => {
  afterEach(() => settings.clear());

  it('is the REST API until somebody chooses, and for what a settings file should not say', () => {
    assert.equal(configuredSendBy(), 'rest');

    settings.set('openemrWorkbench.orthanc.sendBy', 'pigeon');

    assert.equal(configuredSendBy(), 'rest');
  });

  it('is what was chosen last', async () => {
    await rememberSendBy('stow');
    await rememberSendBy('cstore');

    assert.equal(configuredSendBy(), 'cstore');
  });
});

describe('sendAddress', () => {
  it('is Orthanc, unless C-STORE goes to a node of its own', () => {
    assert.equal(sendAddress(hospital, 'rest'), 'http://orthanc.test:8042');
    assert.equal(sendAddress(hospital, 'stow'), 'http://orthanc.test:8042');
    assert.equal(sendAddress(hospital, 'cstore'), 'dicom://pacs.test:104');
    assert.equal(sendAddress(mockProfile(), 'cstore'), 'http://127.0.0.1:8042');
  });
});

describe('findAgain', () => {
  const find = (by: SendBy, now: Profile | undefined) =>
    findAgain({ profile: hospital, by }, { find: () => now });

  it('takes the profile as it is now while it leads to the same archive', () => {
    const now = { ...hospital, orthancUser: 'nurse', baseUrl: 'https://other.test' };

    assert.deepEqual(find('rest', now), { profile: now, by: 'rest' });
    assert.deepEqual(find('cstore', now), { profile: now, by: 'cstore' });
  });

  it('refuses a profile that is gone, and another address', () => {
    const refused = { code: 'SETTINGS_INVALID', message: /"Hospital" was removed/ };
    const elsewhere = { ...hospital, orthancUrl: 'http://orthanc.test:8043' };

    assert.throws(() => find('rest', undefined), refused);
    assert.throws(() => find('rest', elsewhere), refused);
    assert.throws(() => find('stow', elsewhere), refused);
  });

  it('refuses another archive at the address of a DICOM node, which REST does not go to', () => {
    const now = { ...hospital, dicomNode: 'RESEARCH@pacs.test:104' };

    assert.throws(() => find('cstore', now), { code: 'SETTINGS_INVALID' });
    assert.equal(find('rest', now).profile, now);
  });
});

describe('openSendRoute', () => {
  const cancel = { signal: new AbortController().signal };
  const aRoute = (by: 'stow' | 'cstore', answer: FakeAnswer, dicomNode = '') => {
    const http = fakeHttp(answer);
    const baseUrl = 'http://127.0.0.1:8042';
    const servers = {
      orthanc: async () => createOrthancClient({ http, baseUrl }),
      dicomWeb: async () => createDicomWebClient({ http, baseUrl: `${baseUrl}/dicom-web` }),
    } as unknown as Servers;
    const load = (() => clients) as unknown as LoadClients;
    const profile = { ...hospital, dicomNode };
    return openSendRoute(by, profile, { servers, load }, cancel);
  };

  it('says once that Orthanc has no DICOMweb', async () => {
    await assert.rejects(aRoute('stow', { status: 404 }), {
      code: 'ORTHANC_NOT_FOUND',
      message: /no DICOMweb at http:\/\/127\.0\.0\.1:8042\/dicom-web/,
    });
  });

  it('takes no offence at a proxy that lets uploads through and nothing else', async () => {
    await assert.doesNotReject(aRoute('stow', { status: 405 }));
    await assert.rejects(aRoute('stow', { status: 401 }), { code: 'ORTHANC_REJECTED' });
  });

  it('says once that nobody answers at the DICOM node', async () => {
    await assert.rejects(aRoute('cstore', {}, 'PACS@127.0.0.1:9'), { code: 'DIMSE_UNREACHABLE' });
    await assert.rejects(aRoute('cstore', {}, 'nonsense'), { code: 'SETTINGS_INVALID' });
  });

  it('asks Orthanc for its DICOM side when no node was entered', async () => {
    const system = { Name: 'O', Version: '1', ApiVersion: 1, DicomAet: 'MINE', DicomPort: 9 };
    await assert.rejects(aRoute('cstore', { body: system }), {
      code: 'DIMSE_UNREACHABLE',
      message: /127\.0\.0\.1.*\b9\b/,
    });
  });
});
