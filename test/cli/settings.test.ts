import assert from 'node:assert/strict';
import { connectionSecrets, connectionSettings } from '#cli/settings.ts';
import { WorkbenchError } from '#core/errors.ts';

describe('connectionSettings', () => {
  it('prefers options to the environment, and both to the defaults', () => {
    const settings = connectionSettings(
      { clientId: 'from-option' },
      { OPENEMR_CLIENT_ID: 'from-environment', OPENEMR_URL: 'http://emr:8081' },
    );

    const { clientId, baseUrl, site, grant } = settings;
    assert.deepEqual(
      { clientId, baseUrl, site, grant },
      {
        clientId: 'from-option',
        baseUrl: 'http://emr:8081',
        site: 'default',
        grant: 'client_credentials',
      },
    );
  });

  it('proves itself by key when there is one, else by secret', () => {
    const auths = [{}, { OPENEMR_PRIVATE_KEY_FILE: '/key.pem' }].map(
      (environment) => connectionSettings({}, environment).clientAuth,
    );

    assert.deepEqual(auths, ['secretPost', 'signedJwt']);
  });

  it('refuses a grant that it does not know', () => {
    assert.throws(
      () => connectionSettings({ grant: 'implicit' }, {}),
      (error) => error instanceof WorkbenchError && error.code === 'SETTINGS_INVALID',
    );
  });
});

describe('connectionSecrets', () => {
  it('takes secrets from the environment', async () => {
    assert.deepEqual(
      await connectionSecrets({ OPENEMR_CLIENT_SECRET: 's', OPENEMR_PASSWORD: 'p', OTHER: 'x' }),
      { clientSecret: 's', password: 'p' },
    );
  });

  it('names a key file that cannot be read', async () => {
    await assert.rejects(
      connectionSecrets({ OPENEMR_PRIVATE_KEY_FILE: '/nonexistent/key.pem' }),
      (error) => error instanceof WorkbenchError && error.code === 'FILE_UNREADABLE',
    );
  });
});
