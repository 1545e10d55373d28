// Routes that a real Orthanc has and this one does not: 501 with a sentence that names them, so that nobody
// takes a 404 of the mock for one of Orthanc.
import { OrthancError } from './errors.ts';
import type { Handler } from './orthanc.ts';
import type { Hierarchy, Method } from './router.ts';

const both: readonly (readonly [Method, string])[] = [
  ['GET', '/tools/dicom-conformance'],
  ['POST', '/tools/shutdown'],
  ['POST', '/modalities/{name}/storage-commitment'],
  ['GET', '/storage-commitment/{id}'],
  ['POST', '/storage-commitment/{id}/remove'],
  ['GET', '/plugins/explorer.js'],
];

export function addUnsupported(routes: Hierarchy<Handler>): void {
  for (const [method, path] of both) {
    routes.add(method, path, () => {
      throw new OrthancError(
        'notImplemented',
        `The mock server does not emulate ${method} ${path}. Use a real Orthanc for it.`,
        { status: 501 },
      );
    });
  }
}
