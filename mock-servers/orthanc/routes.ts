// All routes of the server: REST API and DICOMweb.
import { addDicomWeb } from './dicomweb/routes.ts';
import type { Handler, Orthanc } from './rest/orthanc.ts';
import type { Hierarchy } from './rest/router.ts';
import { restRoutes } from './rest/routes.ts';

export function orthancRoutes(orthanc: Orthanc): Hierarchy<Handler> {
  const routes = restRoutes(orthanc.version);
  addDicomWeb(routes, orthanc);
  return routes;
}
