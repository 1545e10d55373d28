// Mounts the patient half.
import type { ApiDeps, OpenemrData } from './contracts.ts';
import { createOpenemrData as createRecords } from './records/openemr-data.ts';

export function createOpenemrData(deps: ApiDeps, dataDir?: string): OpenemrData {
  return createRecords(deps, dataDir);
}
