// From a DICOM UID to the Orthanc id it stands for: people paste the one where the other is asked for.
import { type Text, text } from '../text.ts';
import { unknownUid, wrongLevel } from './orthanc-error.ts';
import { type Level, type LookupEntry, resourceTypes } from './wire.ts';

/** An id as asked for; `note` says that a DICOM UID was given and which Orthanc id it stands for. */
export interface ResolvedId {
  readonly id: string;
  readonly note?: Text;
}

/** @throws WorkbenchError `ORTHANC_NOT_FOUND` when nothing, or only another level, matches */
export function resolveId(level: Level, uid: string, entries: readonly LookupEntry[]): ResolvedId {
  const wanted = resourceTypes[level];
  const found = entries.find(({ Type }) => Type === wanted);
  if (found !== undefined) {
    const note = text('{uid} is a DICOM identifier; Orthanc calls this {type} {id}.', {
      uid,
      type: wanted,
      id: found.ID,
    });
    return { id: found.ID, note };
  }
  const [other] = entries;
  if (other !== undefined) throw wrongLevel(uid, other.Type, wanted);
  throw unknownUid(uid);
}
