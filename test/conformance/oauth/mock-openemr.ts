import assert from 'node:assert/strict';
import type { SuiteContext } from '#mock-servers/kernel/mock-app.ts';
import type { Suite } from '#mock-servers/kernel/suite.ts';
import { createOpenemrMock, type OpenemrMockOptions } from '#mock-servers/openemr/openemr-mock.ts';
import { createFormBrowser } from '#test/support/form-browser.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import { redirectUri, type ServerKind, type ServerUnderTest } from './servers.ts';

export const mockOpenEmr: ServerKind = {
  name: 'mock OpenEMR',
  confidential: { application_type: 'private' },
  public: { application_type: 'public' },
  start,
};

async function start(): Promise<ServerUnderTest> {
  const servers = await startOpenEmrAlone();
  const base = servers.urls.openemr ?? assert.fail('The suite has no OpenEMR');
  return {
    discoveryUrl: `${base}/oauth2/default/.well-known/openid-configuration`,
    async enable({ clientId, clientSecret, scopes }, metadata) {
      await seedClients(base, {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: metadata.redirect_uris,
        scope: scopes.join(' '),
        jwks: metadata.jwks,
      });
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

/** OpenEMR of the suite without the other servers: quicker, and what breaks is OpenEMR. */
export function startOpenEmrAlone(options: OpenemrMockOptions = {}): ReturnType<Suite['start']> {
  const makers = { openemr: async (context: SuiteContext) => createOpenemrMock(context, options) };
  return aSuite({ makers }).start();
}

/** Makes clients as an administrator would: enabled, with the id that is asked for. */
export async function seedClients(
  base: string,
  ...clients: readonly Readonly<Record<string, unknown>>[]
): Promise<void> {
  const response = await fetch(`${base}/__admin/seed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ openemr: { clients } }),
  });
  assert.ok(response.ok, await response.text());
}
