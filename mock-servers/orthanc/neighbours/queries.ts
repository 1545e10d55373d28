// C-FIND by REST: /modalities/{name}/query keeps its answers under /queries until they are deleted.
import { type Level, levels } from '../archive/model.ts';
import type { Modality } from '../modality-form.ts';
import { type Answer, jsonAnswer, textAnswer } from '../rest/answer.ts';
import { expandFlag, type Fields, formatArgument, isFields } from '../rest/arguments.ts';
import { type Call, jsonBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { find, withControl } from './control.ts';
import {
  type DicomMap,
  mapJson,
  mapOfField,
  PATIENT_ID,
  SERIES_UID,
  STUDY_UID,
} from './dicom-map.ts';
import { callingOf, modalityNamed } from './modality.ts';
import { queryLevel } from './query-level.ts';

export interface StoredQuery {
  readonly id: string;
  readonly name: string;
  readonly modality: Modality;
  readonly localAet: string | undefined;
  readonly timeout: unknown;
  readonly level: Level;
  readonly isNormalized: boolean;
  readonly tags: DicomMap;
  readonly answers: readonly DicomMap[];
}

/** How many queries are remembered (QueryRetrieveSize). */
const MOST_QUERIES = 100;

export const queryModality: Handler = async (call, orthanc) => {
  const body = await jsonBodyOf(call);
  const fields = checkedFields(body);
  const modality = modalityNamed(call.params['name'] ?? '', orthanc);
  return asked(
    {
      name: call.params['name'] ?? '',
      modality,
      localAet: fields['LocalAet'] as string | undefined,
      timeout: fields['Timeout'],
      level: queryLevel(String(fields['Level']), orthanc),
      isNormalized: fields['Normalize'] !== false,
      tags: mapOfField(fields, 'Query'),
    },
    orthanc,
  );
};

/** A second query about what belongs to one answer. */
export function queryChildren(level: Level): Handler {
  return async (call, orthanc) => {
    const parent = queryOf(call, orthanc);
    const answer = answerOf(call, orthanc);
    if (levels.indexOf(level) <= levels.indexOf(parent.level))
      throw new OrthancError('unknownResource');
    const body = await jsonBodyOf(call);
    if (!isFields(body)) throw new OrthancError('badFile', 'Must provide a JSON object');
    const tags = mapOfField(body, 'Query');
    for (const tag of inherited[parent.level]) {
      const value = answer.get(tag);
      if (value !== undefined) tags.set(tag, value);
    }
    return asked(
      { ...parent, modality: modalityNamed(parent.name, orthanc), level, tags, ...timeoutOf(body) },
      orthanc,
    );
  };
}

const inherited: Readonly<Record<Level, readonly string[]>> = {
  Patient: [PATIENT_ID],
  Study: [STUDY_UID],
  Series: [STUDY_UID, SERIES_UID],
  Instance: [],
};

function timeoutOf(body: Fields): { timeout?: unknown } {
  return body['Timeout'] === undefined ? {} : { timeout: body['Timeout'] };
}

async function asked(
  query: Omit<StoredQuery, 'id' | 'answers'>,
  orthanc: Orthanc,
): Promise<Answer> {
  const { modality, level, isNormalized } = query;
  const calling = callingOf(modality, orthanc, {
    ...(query.localAet !== undefined && { LocalAet: query.localAet }),
    ...(query.timeout !== undefined && { Timeout: query.timeout }),
  });
  const options = { isNormalized, manufacturer: modality.manufacturer };
  const answers = await withControl({ calling, service: 'C-FIND' }, orthanc, (opened) =>
    find(opened, level, query.tags, options, orthanc),
  );
  const id = orthanc.newUuid();
  const { queries } = orthanc.settings;
  queries.set(id, { ...query, id, answers });
  for (const oldest of [...queries.keys()].slice(0, Math.max(0, queries.size - MOST_QUERIES)))
    queries.delete(oldest);
  return jsonAnswer({ ID: id, Path: `/queries/${id}` });
}

// In Orthanc's order: what is looked at first is what the error names.
function checkedFields(body: unknown): Fields {
  if (!isFields(body)) throw new OrthancError('badFile', 'Must provide a JSON object');
  if (typeof body['Level'] !== 'string')
    throw new OrthancError('badFile', 'The JSON body must contain field Level');
  const wrong = fieldKinds.find(([name, is]) => body[name] !== undefined && !is(body[name]));
  if (!wrong) return body;
  throw new OrthancError('badFile', `The field ${wrong[0]} must contain ${wrong[2]}`);
}

const fieldKinds: readonly (readonly [string, (value: unknown) => boolean, string])[] = [
  ['Normalize', (value) => typeof value === 'boolean', 'a Boolean'],
  ['Query', isFields, 'a JSON object'],
  ['LocalAet', (value) => typeof value === 'string', 'a string'],
];

export const listQueries: Handler = (_call, { settings }) =>
  jsonAnswer([...settings.queries.keys()].sort());

export const oneQuery: Handler = (call, orthanc) => {
  queryOf(call, orthanc);
  return jsonAnswer(['answers', 'level', 'modality', 'query', 'retrieve']);
};

export const deleteQuery: Handler = (call, { settings }) => {
  settings.queries.delete(call.params['id'] ?? '');
  return textAnswer('');
};

export const queryAnswers: Handler = (call, orthanc) => {
  const { answers } = queryOf(call, orthanc);
  if (!expandFlag(call, orthanc)) return jsonAnswer(answers.map((_, index) => String(index)));
  const format = formatArgument(call, 'full');
  return jsonAnswer(answers.map((answer) => mapJson(answer, format)));
};

// `query-study` is what Orthanc writes; the route is `query-studies`.
const childOperations: Readonly<Record<Level, readonly string[]>> = {
  Patient: ['query-study', 'query-series', 'query-instances'],
  Study: ['query-series', 'query-instances'],
  Series: ['query-instances'],
  Instance: [],
};

export const queryAnswer: Handler = (call, orthanc) => {
  const { level } = queryOf(call, orthanc);
  answerOf(call, orthanc);
  return jsonAnswer(['content', 'retrieve', ...childOperations[level]]);
};

export const queryAnswerContent: Handler = (call, orthanc) =>
  jsonAnswer(mapJson(answerOf(call, orthanc), formatArgument(call, 'full')));

export const queryLevelName: Handler = (call, orthanc) => textAnswer(queryOf(call, orthanc).level);
export const queryModalityName: Handler = (call, orthanc) =>
  textAnswer(queryOf(call, orthanc).name);

export const queryBody: Handler = (call, orthanc) =>
  jsonAnswer(mapJson(queryOf(call, orthanc).tags, formatArgument(call, 'full')));

export function queryOf(call: Call, { settings }: Orthanc): StoredQuery {
  const query = settings.queries.get(call.params['id'] ?? '');
  if (!query) throw new OrthancError('unknownResource');
  return query;
}

export function answerOf(call: Call, orthanc: Orthanc): DicomMap {
  const index = call.params['index'] ?? '';
  if (!/^\d+$/.test(index))
    throw new OrthancError('badType', 'Syntax error in some user-supplied data');
  const answer = queryOf(call, orthanc).answers[Number(index)];
  if (!answer) throw new OrthancError('outOfRange');
  return answer;
}
