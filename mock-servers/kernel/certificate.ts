// A certificate for one run of `--https`, with what may be wrong with one in real life.
// reflect-metadata comes first: @peculiar/x509 builds on a library that asks for it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { TlsMode } from './tls-mode.ts';

export interface Certificate {
  /** PEM */
  readonly cert: string;
  /** PEM, PKCS#8 */
  readonly key: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** Self-signed: a client must be told to trust it (`GET /__admin/certificate`). */
export async function makeCertificate(mode: TlsMode, nowMs: number): Promise<Certificate> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const lastsUntilMs = mode === 'expired' ? nowMs - dayMs : nowMs + 365 * dayMs;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: mode === 'wrong-host' ? 'CN=other.example' : 'CN=localhost',
    keys,
    notBefore: new Date(nowMs - 30 * dayMs),
    notAfter: new Date(lastsUntilMs),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true),
      new x509.SubjectAlternativeNameExtension(namesFor(mode)),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    cert: certificate.toString('pem'),
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}

function namesFor(mode: TlsMode): { type: 'dns' | 'ip'; value: string }[] {
  if (mode === 'wrong-host') return [{ type: 'dns', value: 'other.example' }];
  return [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ];
}
