import assert from 'node:assert/strict';
import { settings } from '#test/support/fake-vscode.ts';

const { currentProxy } = await import('#extension/platform/proxy.ts');

const variables = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

describe('the proxy of the editor', () => {
  const before = new Map(variables.map((name) => [name, process.env[name]]));
  beforeEach(() => {
    for (const name of variables) delete process.env[name];
  });
  afterEach(() => {
    settings.clear();
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('is none without a setting', () => {
    assert.equal(currentProxy(), undefined);
  });

  it('is the one of the settings, before that of the environment', () => {
    process.env['HTTP_PROXY'] = 'http://other:1';
    settings.set('http.proxy', ' http://proxy:3128 ');
    settings.set('http.noProxy', ['a.example', 'b.example']);

    assert.deepEqual(currentProxy(), {
      http: 'http://proxy:3128',
      https: 'http://proxy:3128',
      noProxy: 'a.example,b.example',
    });
  });

  it('spares the hosts of the environment where the settings name none', () => {
    process.env['NO_PROXY'] = 'pacs.example';
    settings.set('http.proxy', 'http://proxy:3128');

    assert.equal(currentProxy()?.noProxy, 'pacs.example');
  });

  it('is inherited from the environment', () => {
    process.env['HTTPS_PROXY'] = 'http://other:1';

    assert.deepEqual(currentProxy(), { https: 'http://other:1' });
  });

  it('is none when the support of proxies is off', () => {
    settings.set('http.proxy', 'http://proxy:3128');
    settings.set('http.proxySupport', 'off');

    assert.equal(currentProxy(), undefined);
  });
});
