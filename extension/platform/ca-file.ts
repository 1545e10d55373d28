// The certificates of a hospital's own authority, trusted besides those of the system.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Read once, when the first request needs it.
 *
 * @param path - empty for none
 * @returns PEM
 * @throws WorkbenchError `FILE_UNREADABLE` | `SETTINGS_INVALID`
 */
export function readCaFile(path: string): string | undefined {
  if (path.trim() === '') return undefined;
  const content = contentOf(path.trim());
  const certificates = content.match(pem) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) throw notCertificates(path);
  return certificates.join('\n');
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new WorkbenchError(
      'FILE_UNREADABLE',
      text(
        'The certificate file {path} of the setting "openemrWorkbench.caFile" cannot be read. Enter the full path of a file that exists, or leave the setting empty.',
        { path },
      ),
      { cause },
    );
  }
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false; // said by the caller in words
  }
}

function notCertificates(path: string): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      'The file {path} of the setting "openemrWorkbench.caFile" holds no PEM certificates. Export the certificate of the authority as PEM (Base-64 encoded X.509).',
      { path },
    ),
  );
}
