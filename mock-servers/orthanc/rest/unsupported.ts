// Routes that a real Orthanc has and this one does not: 501 with a sentence that names them and the reason, so
// that nobody takes a 404 of the mock for one of Orthanc.
import { OrthancError } from './errors.ts';
import type { Handler } from './orthanc.ts';
import type { Hierarchy, Method } from './router.ts';

const unsupported: readonly (readonly [Method, string, string])[] = [
  ['GET', '/tools/dicom-conformance', 'its text belongs to Orthanc'],
  ['POST', '/tools/shutdown', 'it would end the other mock servers of the process, too'],
  ['GET', '/plugins/explorer.js', 'its text belongs to the DICOMweb plugin'],
];

export function addUnsupported(routes: Hierarchy<Handler>): void {
  for (const [method, path, reason] of unsupported) {
    routes.add(method, path, () => {
      throw new OrthancError(
        'notImplemented',
        `The mock server does not emulate ${method} ${path}: ${reason}. Use a real Orthanc for it.`,
        { status: 501 },
      );
    });
  }
}
