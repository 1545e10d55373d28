// The `Level` of a request to a modality.
import type { Level } from '../archive/model.ts';
import { levelNamed } from '../rest/find.ts';
import type { Orthanc } from '../rest/orthanc.ts';

/** @throws OrthancError `Parameter out of range`, which 1.10 does not explain */
export function queryLevel(name: string, orthanc: Orthanc): Level {
  return levelNamed(name, orthanc);
}
