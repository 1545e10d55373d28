// All routes of the server: REST API and DICOMweb.
import type { Handler, Orthanc } from './rest/orthanc.ts';
import type { Hierarchy } from './rest/router.ts';
import { restRoutes } from './rest/routes.ts';

export function orthancRoutes(orthanc: Orthanc): Hierarchy<Handler> {
  return restRoutes(orthanc.version);
}
