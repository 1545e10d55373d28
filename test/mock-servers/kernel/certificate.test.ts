import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { makeCertificate } from '#mock-servers/kernel/certificate.ts';
import type { RunningSuite } from '#mock-servers/kernel/suite.ts';
import { aMaker, aSuite } from '#test/support/mock-suite.ts';

const nowMs = Date.now();

describe('makeCertificate', () => {
  it('is for localhost and 127.0.0.1', async () => {
    const { cert, key } = await makeCertificate('valid', nowMs);

    const certificate = new X509Certificate(cert);
    assert.equal(certificate.checkHost('localhost'), 'localhost');
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.ok(certificate.validToDate.getTime() > nowMs);
    assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  });

  it('has ended, or is for somebody else, when that is asked for', async () => {
    const expired = new X509Certificate((await makeCertificate('expired', nowMs)).cert);
    const foreign = new X509Certificate((await makeCertificate('wrong-host', nowMs)).cert);

    assert.ok(expired.validToDate.getTime() < nowMs);
    assert.equal(foreign.checkIP('127.0.0.1'), undefined);
    assert.equal(foreign.checkHost('localhost'), undefined);
  });
});

describe('suite behind TLS', () => {
  let running: RunningSuite;
  const makers = { openemr: aMaker('openemr'), fhir: aMaker('fhir') };
  afterEach(() => running.stop());

  const errorOf = (url: string, ca?: string): Promise<string | undefined> =>
    new Promise((resolve) => {
      request(url, { ...(ca && { ca }), agent: false }, (response) => {
        response.resume();
        response.once('end', () => resolve(undefined));
      })
        .once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .end();
    });
  const certificate = async (): Promise<string> => {
    const url = `http://127.0.0.1:${running.ports['fhir']}/__admin/certificate`;
    const asked = await fetch(url, { headers: { accept: 'application/json' } });
    const { pem } = (await asked.json()) as { pem: string };
    // Whoever does not ask for JSON, such as curl, gets the file itself.
    assert.equal(await (await fetch(url)).text(), pem);
    return pem;
  };

  it('serves OpenEMR, and gives out the certificate to trust', async () => {
    running = await aSuite({ makers, https: 'valid' }).start();

    const url = `${running.urls.openemr}/count`;

    assert.match(url, /^https:/);
    assert.match(String(running.urls.fhir), /^http:/);
    assert.equal(await errorOf(url), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    assert.equal(await errorOf(url, await certificate()), undefined);
  });

  it('rehearses an expired certificate', async () => {
    running = await aSuite({ makers, https: 'expired' }).start();

    assert.equal(
      await errorOf(`${running.urls.openemr}/count`, await certificate()),
      'CERT_HAS_EXPIRED',
    );
  });

  it('rehearses a certificate of another host', async () => {
    running = await aSuite({ makers, https: 'wrong-host' }).start();

    const code = await errorOf(`${running.urls.openemr}/count`, await certificate());
    assert.equal(code, 'ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
