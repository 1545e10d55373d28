// C-FIND by REST: /modalities/{name}/query keeps its answers under /queries until they are deleted.
import type { Dataset } from '#core/dicom/dataset.ts';
import { readDataset } from '#core/dicom/part10.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { writeDataset } from '#core/dicom/write.ts';
import { CommandField, isSuccessful } from '#core/dimse/command.ts';
import {
  PATIENT_ROOT_FIND,
  PATIENT_ROOT_MOVE,
  STUDY_ROOT_FIND,
  STUDY_ROOT_MOVE,
} from '#core/dimse/sop-classes.ts';
import { dottedTag } from '../archive/main-tags.ts';
import type { Level } from '../archive/model.ts';
import type { Modality } from '../config.ts';
import { elementOf } from '../dicom/elements.ts';
import { tagsJson } from '../dicom/tags.ts';
import { textOf } from '../dicom/values.ts';
import { bareStatus, jsonAnswer, textAnswer } from '../rest/answer.ts';
import { expandFlag, formatArgument, isFields, knownTag } from '../rest/arguments.ts';
import { type Call, jsonBodyOf, textBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { levelNamed } from '../rest/find.ts';
import type { JsonObject } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { optionsOf } from '../rest/tag-routes.ts';
import { modalityOf } from './actions.ts';
import { contextFor, exchange, IMPLICIT, networkError, withAssociation } from './association.ts';
import { localAet } from './store-task.ts';

export interface StoredQuery {
  readonly id: string;
  readonly name: string;
  readonly modality: Modality;
  readonly level: Level;
  readonly tags: ReadonlyMap<string, string>;
  readonly answers: readonly Dataset[];
}

const levelTexts: Readonly<Record<Level, string>> = {
  Patient: 'PATIENT',
  Study: 'STUDY',
  Series: 'SERIES',
  Instance: 'IMAGE',
};

/** Asked for in every query of a level, so that an answer can be retrieved. */
const identifyingTags: Readonly<Record<Level, readonly string[]>> = {
  Patient: ['00100020'],
  Study: ['00100020', '00080050', '0020000D'],
  Series: ['00100020', '00080050', '0020000D', '0020000E'],
  Instance: ['00100020', '00080050', '0020000D', '0020000E', '00080018'],
};

export const queryModality: Handler = async (call, orthanc) => {
  const modality = modalityOf(call, orthanc);
  if (!modality) return bareStatus(404);
  const body = await jsonBodyOf(call);
  if (!isFields(body) || body['Level'] === undefined) throw new OrthancError('badFile');
  const level = levelNamed(body['Level']);
  const query = isFields(body['Query']) ? body['Query'] : {};
  const tags = new Map(
    Object.entries(query).map(([name, value]) => [knownTag(name), String(value)]),
  );
  for (const tag of identifyingTags[level]) if (!tags.has(tag)) tags.set(tag, '');
  const answers = await find(modality, level, tags, orthanc);
  const id = orthanc.newUuid();
  orthanc.settings.queries.set(id, {
    id,
    name: call.params['name'] ?? '',
    modality,
    level,
    tags,
    answers,
  });
  return jsonAnswer({ ID: id, Path: `/queries/${id}` });
};

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
  const options = optionsOf(formatArgument(call, 'full'), new Set(), orthanc);
  return jsonAnswer(answers.map((answer) => tagsJson(answer, options)));
};

export const queryAnswer: Handler = (call, orthanc) => {
  answerOf(call, orthanc);
  return jsonAnswer(['content', 'query-instances', 'query-series', 'query-studies', 'retrieve']);
};

export const queryAnswerContent: Handler = (call, orthanc) => {
  const options = optionsOf(formatArgument(call, 'full'), new Set(), orthanc);
  return jsonAnswer(tagsJson(answerOf(call, orthanc), options));
};

export const queryLevel: Handler = (call, orthanc) => textAnswer(queryOf(call, orthanc).level);
export const queryModalityName: Handler = (call, orthanc) =>
  textAnswer(queryOf(call, orthanc).name);

export const queryBody: Handler = (call, orthanc) => {
  const entries = [...queryOf(call, orthanc).tags].map(([tag, value]) => [dottedTag(tag), value]);
  return jsonAnswer(Object.fromEntries(entries));
};

/** One answer, or all of them, by C-MOVE to ourselves or to the AET of the body. */
export const retrieve: Handler = async (call, orthanc) => {
  const query = queryOf(call, orthanc);
  const chosen = call.params['index'] === undefined ? query.answers : [answerOf(call, orthanc)];
  const text = (await textBodyOf(call)).trim();
  const target = targetOf(text) ?? orthanc.config.dicomAet;
  const queries = chosen.map((answer) => identifierOf(answer, query.level));
  const content = {
    Description: 'REST API',
    LocalAet: localAet(query.modality, orthanc),
    Query: queries,
    RemoteAet: query.modality.aet,
    ...(orthanc.version.hasLabels && { TargetAet: target }),
  };
  await orthanc.jobs.perform({
    type: 'DicomMoveScu',
    priority: 0,
    content: () => content,
    run: () => move(query, chosen, target, orthanc),
  });
  return jsonAnswer(content);
};

function targetOf(text: string): string | undefined {
  if (text === '') return undefined;
  if (!text.startsWith('{')) return text;
  const body: unknown = JSON.parse(text);
  return isFields(body) && typeof body['TargetAet'] === 'string' ? body['TargetAet'] : undefined;
}

async function find(
  modality: Modality,
  level: Level,
  tags: ReadonlyMap<string, string>,
  orthanc: Orthanc,
): Promise<Dataset[]> {
  const root = level === 'Patient' ? PATIENT_ROOT_FIND : STUDY_ROOT_FIND;
  const identifier = encoded(new Map([...tags, ['00080052', levelTexts[level]]]), orthanc);
  const wanted = [{ abstractSyntax: root, transferSyntax: IMPLICIT }];
  return withAssociation(modality, localAet(modality, orthanc), wanted, async (opened) => {
    const { id } = contextFor(opened, root, modality);
    const command = {
      field: CommandField.findRequest,
      hasDataset: true,
      messageId: 1,
      priority: 0,
      sopClassUid: root,
    };
    const { status, datasets } = await exchange(opened, id, command, identifier);
    if (!isSuccessful(status)) throw networkError(modality, 'C-FIND failed');
    return datasets.map((bytes) => readDataset(bytes, 0, IMPLICIT));
  });
}

async function move(
  query: StoredQuery,
  answers: readonly Dataset[],
  target: string,
  orthanc: Orthanc,
): Promise<void> {
  const { modality, level } = query;
  const root = level === 'Patient' ? PATIENT_ROOT_MOVE : STUDY_ROOT_MOVE;
  const wanted = [{ abstractSyntax: root, transferSyntax: IMPLICIT }];
  await withAssociation(modality, localAet(modality, orthanc), wanted, async (opened) => {
    const { id } = contextFor(opened, root, modality);
    for (const [index, answer] of answers.entries()) {
      const texts = identifyingTags[level].map((tag) => [tag, shownValue(answer, tag)] as const);
      const identifier = encoded(new Map([...texts, ['00080052', levelTexts[level]]]), orthanc);
      const command = {
        field: CommandField.moveRequest,
        hasDataset: true,
        messageId: index + 1,
        priority: 0,
        sopClassUid: root,
        moveDestination: target,
      };
      const { status } = await exchange(opened, id, command, identifier);
      if (!isSuccessful(status)) throw networkError(modality, 'C-MOVE failed');
    }
  });
}

function encoded(tags: ReadonlyMap<string, string>, { settings }: Orthanc): Uint8Array {
  const terms = [settings.defaultCharset];
  const withCharset = new Map([...tags, ['00080005', settings.defaultCharset]]);
  const elements = [...withCharset].map(([tag, value]) =>
    elementOf(tag, value, { charset: terms }),
  );
  return writeDataset(elements, encodingOf(IMPLICIT));
}

function identifierOf(answer: Dataset, level: Level): JsonObject {
  const tags = ['00080052', ...identifyingTags[level]];
  return Object.fromEntries(tags.map((tag) => [dottedTag(tag), shownValue(answer, tag)]));
}

function shownValue(answer: Dataset, tag: string): string {
  const element = answer.get(tag);
  return (element && textOf(element, element.vr, answer.charset)) ?? '';
}

function queryOf(call: Call, { settings }: Orthanc): StoredQuery {
  const query = settings.queries.get(call.params['id'] ?? '');
  if (!query) throw new OrthancError('unknownResource');
  return query;
}

function answerOf(call: Call, orthanc: Orthanc): Dataset {
  const answer = queryOf(call, orthanc).answers[Number(call.params['index'])];
  if (!answer) throw new OrthancError('outOfRange');
  return answer;
}
