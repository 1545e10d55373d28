// `--https` of OpenEMR: the addresses it names, and what a client meets with each kind of certificate.
// How the certificates are made: ../kernel/certificate.test.ts.
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { startOptions } from '#cli/start-flags.ts';
import { type MockServers, startMockServers, type TlsMode } from '#mock-servers/start.ts';

const discoveryPath = '/oauth2/default/.well-known/openid-configuration';

describe('OpenEMR behind TLS', () => {
  let servers: MockServers;
  afterEach(() => servers.stop());

  const start = async (https: TlsMode | true): Promise<string> => {
    const ports = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };
    servers = await startMockServers(startOptions({ https, journalHeader: true }, ports));
    const control = new URL('/__admin/certificate', servers.urls.fhir);
    return (await fetch(control)).text();
  };
  const get = (ca: string): Promise<string> =>
    new Promise((resolve) => {
      request(`${servers.urls.openemr}${discoveryPath}`, { ca, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve(text));
      })
        .once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
        .end();
    });

  it('names itself by https with --https', async () => {
    const { issuer } = JSON.parse(await get(await start(true)));

    assert.equal(issuer, `${servers.urls.openemr}/oauth2/default`);
    assert.match(issuer, /^https:/);
  });

  for (const [kind, code] of [
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const) {
    it(`is refused by a careful client with --https ${kind}`, async () => {
      assert.equal(await get(await start(kind)), code);
    });
  }
});
