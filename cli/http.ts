import { readFile } from 'node:fs/promises';
import { systemClock } from '#core/clock.ts';
import { WorkbenchError } from '#core/errors.ts';
import type { Http } from '#core/http.ts';
import { proxyOfEnvironment } from '#core/http-proxy.ts';
import { text } from '#core/text.ts';
import { createHttp } from '#core/undici-http.ts';
import type { Terminal } from './terminal.ts';

export interface TrustFlags {
  /** PEM file of a certificate to trust besides those of the system. */
  readonly ca?: string;
}

/** @throws WorkbenchError `SETTINGS_INVALID` when the certificate file cannot be read */
export async function openHttp({ ca }: TrustFlags, { environment }: Terminal): Promise<Http> {
  const proxy = proxyOfEnvironment(environment);
  const file = ca ?? environment['OPENEMR_CA_FILE'];
  return createHttp({
    clock: systemClock,
    userAgent: 'openemr-workbench',
    ...(proxy && { proxy }),
    ...(file && { ca: await readCertificate(file) }),
  });
}

async function readCertificate(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch(() => '');
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('{file} holds no certificate in PEM form. Check --ca or OPENEMR_CA_FILE.', { file }),
  );
}
