// Certificates made for one test run, with whatever is wrong with them that a test needs.
// reflect-metadata comes first: @peculiar/x509 builds on a library that asks for it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Listening } from './listen.ts';

x509.cryptoProvider.set(webcrypto);

export interface Certificate {
  /** PEM */
  readonly cert: string;
  /** PEM, PKCS#8 */
  readonly key: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** Self-signed for `hostName`, valid for `days` days since ten days ago: with 5 it has expired. */
export async function selfSigned(hostName: string, days = 30): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = new Date(Date.now() - 10 * dayMs);
  const isAddress = /^[\d.]+$/.test(hostName);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${hostName}`,
    keys,
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * dayMs),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true),
      new x509.SubjectAlternativeNameExtension([
        { type: isAddress ? 'ip' : 'dns', value: hostName },
      ]),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    cert: certificate.toString('pem'),
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}

/** Serves a handler over TLS on a free loopback port for one test. */
export async function listenTls(
  certificate: Certificate,
  handler: RequestListener,
): Promise<Listening> {
  const server = createServer(certificate, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
