// Which tags a C-FIND asks for: those that Orthanc lets through at a level, and those of /find-patient and its
// siblings. Read off what 1.10.1 sent when it was asked for every tag of the dictionary at each level.
import { type MainTags, mainTags } from '../archive/main-tags.ts';
import { type Level, levels } from '../archive/model.ts';
import {
  ACCESSION,
  CHARSET,
  type DicomMap,
  PATIENT_ID,
  SERIES_UID,
  STUDY_UID,
} from './dicom-map.ts';

const ofModule: Readonly<Record<Level, string>> = {
  Patient:
    '00081120 00100010 00100020 00100021 00100024 00100030 00100032 00100040 00101000 00101001 00101002 00102160 00102201 00102202 00102292 00102293 00102294 00102297 00102298 00102299 00104000 00120062 00120063 00120064',
  Study:
    '00080020 00080030 00080050 00080051 00080090 00080096 00081030 00081032 00081048 00081049 00081060 00081062 00081110 0020000D 00200010 00321034 00401012',
  Series:
    '00080021 00080031 00080060 0008103E 0008103F 00081050 00081052 00081070 00081072 00081111 00081250 00102210 00180015 00181030 00185100 0020000E 00200011 00200060 00280108 00400244 00400245 00400253 00400254 00400260 00400275 00400280',
  Instance:
    '00080012 00080013 00080014 00080016 00080018 0008001A 0008001B 00080110 00080201 0018A001 00200013 00280303 01000410 01000420 01000424 01000426 0040A390 04000500 04000561 4FFE0001 FFFAFFFA',
};

const ofLevelOnly: Readonly<Record<Level, string>> = {
  Patient: '00201200 00201202 00201204',
  Study: '00080061 00080062 00201206 00201208',
  Series: '00201209',
  Instance: '',
};

/** Leaves out what does not belong to the level, as `"Normalize": true` does, the default. */
export function normalized(map: DicomMap, level: Level): Map<string, string> {
  const modules = levels.slice(0, levels.indexOf(level) + 1).map((each) => ofModule[each]);
  const allowed = new Set([CHARSET, ...modules, ofLevelOnly[level]].join(' ').split(' '));
  return new Map([...map].filter(([tag]) => allowed.has(tag)));
}

/** Main tags that are not asked for: they belong to another module than Orthanc's index has them in. */
const leftOut: Readonly<Record<Level, string>> = {
  Patient: '',
  Study: '00080080 00321032 00321060',
  Series:
    '00080070 00081010 00180010 00180024 00181090 00181400 00200037 00200105 00201002 00540081 00540101 00541000',
  Instance: '00200012 00200032 00200037 00200100 00204000 00280008 00541330',
};

const parents: Readonly<Record<Level, readonly string[]>> = {
  Patient: [],
  Study: [PATIENT_ID, ACCESSION],
  Series: [PATIENT_ID, ACCESSION, STUDY_UID],
  Instance: [PATIENT_ID, ACCESSION, STUDY_UID, SERIES_UID],
};

const noExtras: MainTags = { Patient: [], Study: [], Series: [], Instance: [] };

/** The tags of /find-patient, /find-study, /find-series and /find-instance, all empty. */
export function findTemplate(level: Level): Map<string, string> {
  const isLeftOut = new Set(leftOut[level].split(' '));
  const tags = mainTags('1.10.1', noExtras)[level].filter((tag) => !isLeftOut.has(tag));
  return new Map([...tags, ...parents[level]].map((tag) => [tag, '']));
}

/** Asked for in every query of a level, so that an answer can be told and retrieved. */
export function identifyingTags(level: Level): readonly string[] {
  const own: Readonly<Record<Level, readonly string[]>> = {
    Patient: [PATIENT_ID],
    Study: [ACCESSION, STUDY_UID],
    Series: [SERIES_UID],
    Instance: ['00080018'],
  };
  return levels.slice(0, levels.indexOf(level) + 1).flatMap((each) => own[each]);
}
