// From a DICOM UID to the Orthanc id it stands for: people paste the one where the other is asked for.
import { type Text, text } from '../text.ts';
import { ambiguousUid, unknownUid, wrongLevel } from './orthanc-error.ts';
import { type Level, type LookupEntry, resourceTypes } from './wire.ts';

/** An id as asked for; `note` says that a DICOM UID was given and which Orthanc id it stands for. */
export interface ResolvedId {
  readonly id: string;
  readonly note?: Text;
}

/** The same where nobody said of which level it is. */
export interface Identified extends ResolvedId {
  readonly level: Level;
}

/** @throws WorkbenchError `ORTHANC_NOT_FOUND` when nothing, more than one thing, or only another level matches */
export function resolveId(
  level: Level | undefined,
  uid: string,
  entries: readonly LookupEntry[],
): Identified {
  const wanted = level && resourceTypes[level];
  const matches = entries.filter(({ Type }) => wanted === undefined || Type === wanted);
  const [match] = matches;
  if (match === undefined) {
    const [other] = entries;
    throw other && wanted ? wrongLevel(uid, other.Type, wanted) : unknownUid(uid);
  }
  // Two patients may hold copies of one study: which of them is meant, only a person knows
  if (matches.length > 1) {
    const ids = matches.map(({ ID }) => ID);
    throw ambiguousUid(uid, ids);
  }
  const { ID: id, Type: type } = match;
  const note = text('{uid} is a DICOM identifier; Orthanc calls this {type} {id}.', {
    uid,
    type,
    id,
  });
  return { level: levelOf(type), id, note };
}

function levelOf(type: LookupEntry['Type']): Level {
  const levels = Object.keys(resourceTypes) as Level[];
  const level = levels.find((one) => resourceTypes[one] === type);
  if (level === undefined) throw new TypeError(`no level holds ${type}`);
  return level;
}
