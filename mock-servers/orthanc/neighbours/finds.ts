// The older way to C-FIND: /modalities/{name}/find-patient to /find-instance, /find for all levels at once,
// and /find-worklist.
import { readDataset } from '#core/dicom/part10.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { writeDataset } from '#core/dicom/write.ts';
import type { Level } from '../archive/model.ts';
import { elementOf } from '../dicom/elements.ts';
import { tagsJson } from '../dicom/tags.ts';
import { bareStatus, jsonAnswer } from '../rest/answer.ts';
import { type Fields, isFields, knownTag } from '../rest/arguments.ts';
import { type Call, jsonBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { optionsOf } from '../rest/tag-routes.ts';
import type { Opened } from './association.ts';
import { find, findWorklist, withControl } from './control.ts';
import {
  ACCESSION,
  CHARSET,
  type DicomMap,
  mapJson,
  PATIENT_ID,
  SERIES_UID,
  STUDY_UID,
} from './dicom-map.ts';
import { findTemplate } from './find-tags.ts';
import { callingOf, modalityOf } from './modality.ts';

/** Without a body that names what lies above the level, Orthanc answers 400 and says nothing. */
export function findAt(level: Level): Handler {
  return async (call, orthanc) => {
    const body = await jsonBodyOf(call);
    if (!isFields(body)) return bareStatus(400);
    const fields = merged(findTemplate(level), body);
    if (!isNamed(level, fields)) return bareStatus(400);
    return withModality(call, orthanc, async (opened, options) => {
      const answers = await find(opened, level, fields, options, orthanc);
      return jsonAnswer(answers.map((answer) => mapJson(answer, 'simplify')));
    });
  };
}

/** Patients with their studies with their series. */
export const findAll: Handler = async (call, orthanc) => {
  const body = await jsonBodyOf(call);
  if (!isFields(body)) return bareStatus(400);
  const fields = merged(findTemplate('Patient'), body);
  return withModality(call, orthanc, async (opened, options) => {
    const below = async (
      level: Level,
      above: DicomMap,
      keys: readonly string[],
    ): Promise<readonly DicomMap[]> => {
      const query = merged(findTemplate(level), body);
      for (const key of keys) query.set(key, above.get(key) ?? '');
      return find(opened, level, query, options, orthanc);
    };
    const patients: JsonObject[] = [];
    for (const patient of await find(opened, 'Patient', fields, options, orthanc)) {
      const studies: JsonObject[] = [];
      for (const study of await below('Study', patient, [PATIENT_ID])) {
        const series = await below('Series', study, [PATIENT_ID, STUDY_UID]);
        studies.push({
          ...mapJson(study, 'simplify'),
          Series: series.map((each) => mapJson(each, 'simplify')),
        });
      }
      patients.push({ ...mapJson(patient, 'simplify'), Studies: studies });
    }
    return jsonAnswer(patients);
  });
};

export const findWorklists: Handler = async (call, orthanc) => {
  const body = await jsonBodyOf(call);
  if (body === undefined) throw new OrthancError('badFile', 'Must provide a JSON object');
  if (!isFields(body)) throw unhandled();
  const query = body['Query'] ?? body;
  if (!isFields(query)) throw new OrthancError('badRequest');
  const isFull = body['Query'] !== undefined && body['Full'] === true;
  const isShort = body['Query'] !== undefined && body['Short'] === true;
  const format = isFull ? 'full' : isShort ? 'short' : 'simplify';
  const encoded = worklistIdentifier(query, orthanc);
  const calling = callingOf(modalityOf(call, orthanc), orthanc, body['Query'] && body);
  const { datasets, transferSyntax } = await withControl(
    { calling, service: 'C-FIND worklist' },
    orthanc,
    (opened) => findWorklist(opened, encoded),
  );
  const options = optionsOf(format, new Set(), orthanc);
  return jsonAnswer(
    datasets.map((bytes) => tagsJson(readDataset(bytes, 0, transferSyntax), options)),
  );
};

function worklistIdentifier(
  query: Fields,
  { settings }: Orthanc,
): (transferSyntax: string) => Uint8Array {
  const values = Object.entries(query).map(([name, value]) => [knownTag(name), value] as const);
  const given = new Map<string, unknown>(values);
  const charset = String(given.get(CHARSET) ?? settings.defaultCharset);
  const elements = [...given.set(CHARSET, charset)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => elementOf(tag, value, { charset: charset.split('\\') }));
  return (transferSyntax) => writeDataset(elements, encodingOf(transferSyntax));
}

function withModality<Result>(
  call: Call,
  orthanc: Orthanc,
  work: (
    opened: Opened,
    options: { readonly isNormalized: true; readonly manufacturer: string },
  ) => Promise<Result>,
): Promise<Result> {
  const modality = modalityOf(call, orthanc);
  const options = { isNormalized: true, manufacturer: modality.manufacturer } as const;
  return withControl(
    { calling: callingOf(modality, orthanc), service: 'C-FIND' },
    orthanc,
    (opened) => work(opened, options),
  );
}

// Only tags of the template count. Numbers and flags are taken as their texts, null as none, as jsoncpp does.
function merged(template: Map<string, string>, body: Fields): Map<string, string> {
  for (const [name, value] of Object.entries(body)) {
    const tag = knownTag(name);
    if (typeof value === 'object' && value !== null) throw unhandled();
    if (template.has(tag)) template.set(tag, value === null ? '' : String(value));
  }
  return template;
}

function unhandled(): OrthancError {
  return new OrthancError(
    'internal',
    'An unhandled exception was generated inside the HTTP server',
  );
}

/** Three characters of an accession number or a patient id count as naming it. */
function isNamed(level: Level, fields: DicomMap): boolean {
  const has = (tag: string) => (fields.get(tag) ?? '').length > 2;
  if (level === 'Patient') return true;
  if (!has(ACCESSION) && !has(PATIENT_ID)) return false;
  if (level !== 'Study' && !has(STUDY_UID)) return false;
  return level !== 'Instance' || has(SERIES_UID);
}
