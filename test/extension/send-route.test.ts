import assert from 'node:assert/strict';
import { mockProfile, newProfile } from '#extension/profile.ts';
import { settings } from '#test/support/fake-vscode.ts';

const { configuredSendBy, rememberSendBy, sendAddress } = await import('#extension/send-route.ts');

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
