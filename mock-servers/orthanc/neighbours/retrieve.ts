// C-MOVE and C-GET by REST: /modalities/{name}/move and /get, and the retrieval of the answers of a query.
import type { Level } from '../archive/model.ts';
import { bareJsonAnswer } from '../rest/answer.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import { type Call, jsonBodyOf, textBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { move, retrieveIdentifier, withControl } from './control.ts';
import {
  ACCESSION,
  type DicomMap,
  INSTANCE_UID,
  LEVEL,
  levelTexts,
  mapOf,
  PATIENT_ID,
  SERIES_UID,
  STUDY_UID,
} from './dicom-map.ts';
import { jobAnswer, priorityOf } from './job-answer.ts';
import { callingOf, modalityOf, stringField } from './modality.ts';
import { answerOf, queryOf } from './queries.ts';
import { queryLevel } from './query-level.ts';
import { type Retrieval, RetrieveTask } from './retrieve-task.ts';

export const moveFromModality: Handler = async (call, orthanc) => {
  const { body, retrieval } = await retrievalOf(call, orthanc);
  const target = stringField(body, 'TargetAet') ?? orthanc.config.dicomAet;
  if (orthanc.version.hasLabels)
    return jobAnswer(new RetrieveTask(retrieval, target, orthanc), body, orthanc);
  // Before 1.12.6 it is no job, whatever `Asynchronous` says.
  const { calling, resources } = retrieval;
  resources.forEach(retrieveIdentifier);
  if (resources.length > 0) {
    await withControl({ calling, service: 'C-MOVE' }, orthanc, async (opened) => {
      for (const resource of resources) await move(opened, target, resource, orthanc);
    });
  }
  return bareJsonAnswer('{}');
};

export const getFromModality: Handler = async (call, orthanc) => {
  const { body, retrieval } = await retrievalOf(call, orthanc);
  return jobAnswer(new RetrieveTask(retrieval, undefined, orthanc), body, orthanc);
};

/** One answer, or all of them; the body is a job's, or just the AET they are sent to. */
export const retrieveAnswers: Handler = async (call, orthanc) => {
  const query = queryOf(call, orthanc);
  const chosen = call.params['index'] === undefined ? query.answers : [answerOf(call, orthanc)];
  const text = await textBodyOf(call);
  const body = retrieveBody(text);
  const usual = query.modality.localAet || orthanc.config.dicomAet;
  const target = body ? (stringField(body, 'TargetAet') ?? usual) : text || usual;
  const calling = callingOf(query.modality, orthanc, { LocalAet: query.localAet, ...body });
  const retrieval: Retrieval = {
    calling,
    resources: chosen,
    shown: chosen.map((answer) => shownTags(answer, orthanc)),
    format: formatOf(body ?? {}),
    priority: priorityOf(body),
    isPermissive: body?.['Permissive'] === true,
  };
  const isGet = methodOf(body ?? {}, query.modality.retrieveMethod, orthanc) === 'C-GET';
  const task = new RetrieveTask(retrieval, isGet ? undefined : target, orthanc);
  return jobAnswer(task, body, orthanc);
};

async function retrievalOf(
  call: Call,
  orthanc: Orthanc,
): Promise<{ readonly body: Fields; readonly retrieval: Retrieval }> {
  const body = await jsonBodyOf(call);
  const resources = isFields(body) ? body['Resources'] : undefined;
  if (!isFields(body) || !Array.isArray(resources) || typeof body['Level'] !== 'string') {
    const details = 'Must provide a JSON body containing fields Resources and Level';
    throw new OrthancError('badFile', details);
  }
  const level: Level = queryLevel(body['Level'], orthanc);
  const calling = callingOf(modalityOf(call, orthanc), orthanc, body);
  const maps = resources.map((resource: unknown) => mapOf(resource).set(LEVEL, levelTexts[level]));
  const isPermissive = body['Permissive'] === true;
  const retrieval = {
    calling,
    resources: maps,
    shown: maps,
    format: 'short',
    isPermissive,
  } as const;
  return { body, retrieval: { ...retrieval, priority: priorityOf(body) } };
}

/** Undefined for what is no JSON: an AET as it stands. */
function retrieveBody(text: string): Fields | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isFields(body)) return body;
  throw new OrthancError('internal', 'An unhandled exception was generated inside the HTTP server');
}

// 1.10 does not tell the instance; from 1.12.6 on the job does.
function shownTags(answer: DicomMap, { version }: Orthanc): DicomMap {
  const tags = [LEVEL, PATIENT_ID, STUDY_UID, SERIES_UID, ACCESSION];
  if (version.hasLabels) tags.push(INSTANCE_UID);
  return new Map([...answer].filter(([tag]) => tags.includes(tag)));
}

function formatOf(body: Fields): Retrieval['format'] {
  if (body['Simplify'] === true) return 'simplify';
  return body['Full'] === true ? 'full' : 'short';
}

function methodOf(body: Fields, own: string, { version, config }: Orthanc): string {
  if (!version.hasLabels) return 'C-MOVE';
  const wanted = stringField(body, 'RetrieveMethod') ?? own;
  return wanted === 'SystemDefault' ? config.retrieveMethod : wanted;
}
