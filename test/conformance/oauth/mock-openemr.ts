import assert from 'node:assert/strict';
import { startMockServers } from '#mock-servers/start.ts';
import { createFormBrowser } from '#test/support/form-browser.ts';
import { freePorts } from '#test/support/mock-suite.ts';
import { redirectUri, type ServerKind, type ServerUnderTest } from './servers.ts';

export const mockOpenEmr: ServerKind = {
  name: 'mock OpenEMR',
  confidential: { application_type: 'private' },
  public: { application_type: 'public' },
  start,
};

async function start(): Promise<ServerUnderTest> {
  const servers = await startMockServers({ ports: freePorts });
  const base = servers.urls.openemr ?? assert.fail('The suite has no OpenEMR');
  return {
    discoveryUrl: `${base}/oauth2/default/.well-known/openid-configuration`,
    async enable({ clientId, clientSecret, scopes }, metadata) {
      const client = {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: metadata.redirect_uris,
        scope: scopes.join(' '),
        jwks: metadata.jwks,
      };
      const response = await fetch(`${base}/__admin/seed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ openemr: { clients: [client] } }),
      });
      assert.ok(response.ok, await response.text());
    },
    async secretClient() {
      const { clientId, clientSecret = '', scopes } = servers.clients[0] ?? assert.fail();
      return { clientId, clientSecret, scopes };
    },
    signIn: (url) =>
      createFormBrowser().walk(url, redirectUri, (form) =>
        [...form.keys()].some((name) => name.startsWith('scope['))
          ? { proceed: '1' }
          : { username: 'admin', password: 'pass', user_role: 'api' },
      ),
    close: () => servers.stop(),
  };
}
