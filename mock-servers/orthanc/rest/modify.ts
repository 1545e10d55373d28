// /modify and /anonymize at every level, their bulk forms, and merging and splitting of studies.
import { descendants, inheritedTag, type Level, type Resource } from '../archive/model.ts';
import { Modification } from '../dicom/modification.ts';
import {
  keepsSource,
  type ModificationRequest,
  parseAnonymization,
  parseModification,
} from '../dicom/modification-request.ts';
import { moduleTags } from '../dicom/modules.ts';
import { generateUid } from '../dicom/uids.ts';
import { allTargets, type ModifyRequest, ModifyTask, targetJson } from '../jobs/modify-task.ts';
import { type Answer, bytesAnswer, jsonAnswer, textAnswer } from './answer.ts';
import { isAsynchronous } from './archives.ts';
import { bulkResources, type Fields, isFields, knownTag, resourceOf } from './arguments.ts';
import { type Call, jsonBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import { levelNamed } from './find.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { restOrigin } from './upload.ts';

type Kind = 'modify' | 'anonymize';

/** An instance comes back as the changed file; nothing is stored. */
export function changeInstance(kind: Kind): Handler {
  return async (call, orthanc) => {
    const instance = resourceOf(call, 'Instance', orthanc);
    const request = parsed(kind, await jsonBodyOf(call), 'Instance', orthanc);
    // An anonymized instance belongs to a new study and series, too.
    const level = kind === 'anonymize' ? 'Patient' : 'Instance';
    const modification = new Modification(request, level, depsOf(orthanc));
    const file = await orthanc.dicom.parseWhole(instance);
    return bytesAnswer(modification.apply(file), 'application/dicom');
  };
}

export function changeResource(level: Level, kind: Kind): Handler {
  return async (call, orthanc) => {
    const body = await jsonBodyOf(call);
    const request = parsed(kind, body, level, orthanc);
    const source = resourceOf(call, level, orthanc);
    return answer(
      {
        ...common(call, body),
        sources: [source],
        modification: new Modification(
          request,
          kind === 'anonymize' ? 'Patient' : level,
          depsOf(orthanc),
        ),
        isAnonymization: request.isAnonymization,
        type: 'ResourceModification',
        describe: (results) => targetJson(results, level),
      },
      body,
      orthanc,
    );
  };
}

export function changeBulk(kind: Kind): Handler {
  return async (call, orthanc) => {
    const body = await jsonBodyOf(call);
    const sources = resourcesOf(body, orthanc);
    const level =
      isFields(body) && body['Level'] !== undefined ? levelNamed(body['Level']) : 'Instance';
    const request = parsed(kind, body, level, orthanc);
    return answer(
      {
        ...common(call, body),
        sources,
        modification: new Modification(
          request,
          kind === 'anonymize' ? 'Patient' : level,
          depsOf(orthanc),
        ),
        isAnonymization: request.isAnonymization,
        type: 'ResourceModification',
        describe: (results) => ({ Resources: allTargets(results) }),
      },
      body,
      orthanc,
    );
  };
}

/** Series or instances of other studies become part of this one. */
export const mergeStudy: Handler = async (call, orthanc) => {
  const target = resourceOf(call, 'Study', orthanc);
  const body = await jsonBodyOf(call);
  const sources = resourcesOf(body, orthanc);
  const patient = moduleValues(target, ['Patient', 'Study']);
  const replacements = new Map<string, unknown>([
    ...patient,
    ['0020000D', target.tags.get('0020000D')],
  ]);
  return answer(
    {
      ...common(call, body),
      sources,
      modification: new Modification(studyChange(body, replacements), 'Study', depsOf(orthanc)),
      isAnonymization: false,
      type: 'MergeStudy',
      describe: () => ({ TargetStudy: target.id }),
    },
    body,
    orthanc,
  );
};

/** Some series of a study become a study of their own. */
export const splitStudy: Handler = async (call, orthanc) => {
  resourceOf(call, 'Study', orthanc);
  const body = await jsonBodyOf(call);
  const fields = isFields(body) ? body : {};
  const ids = [fields['Series'], fields['Instances']].flatMap((each) =>
    Array.isArray(each) ? each : [],
  );
  if (ids.length === 0)
    throw new OrthancError(
      'badRequest',
      'The "Series" field must contain the list of series to split',
    );
  const sources = ids.map((id) => known(String(id), orthanc));
  const uid = generateUid('study', orthanc);
  const replaced = isFields(fields['Replace']) ? Object.entries(fields['Replace']) : [];
  const replacements = new Map<string, unknown>([
    ...replaced.map(([name, value]) => [knownTag(name), value] as const),
    ['0020000D', uid],
  ]);
  return answer(
    {
      ...common(call, body),
      sources,
      modification: new Modification(studyChange(body, replacements), 'Study', depsOf(orthanc)),
      isAnonymization: false,
      type: 'SplitStudy',
      describe: (results) => ({ TargetStudy: results[0]?.parent?.parent?.id, TargetStudyUID: uid }),
    },
    body,
    orthanc,
  );
};

/** Unknown ids are passed over. */
export const bulkDelete: Handler = async (call, { archive }) => {
  for (const id of bulkResources(await jsonBodyOf(call))) {
    const resource = archive.resources.findAny(id);
    if (resource) archive.delete(resource);
  }
  return textAnswer('');
};

function parsed(kind: Kind, body: unknown, level: Level, orthanc: Orthanc): ModificationRequest {
  return kind === 'modify'
    ? parseModification(body, level, orthanc)
    : parseAnonymization(body, orthanc);
}

function common(
  call: Call,
  body: unknown,
): Pick<ModifyRequest, 'keepsSource' | 'origin' | 'priority'> {
  const priority = isFields(body) && typeof body['Priority'] === 'number' ? body['Priority'] : 0;
  return { keepsSource: keepsSource(body), origin: restOrigin(call), priority };
}

async function answer(request: ModifyRequest, body: unknown, orthanc: Orthanc): Promise<Answer> {
  const task = new ModifyTask(request, orthanc);
  const fields: Fields = isFields(body) ? body : {};
  if (isAsynchronous(fields)) {
    const { id } = orthanc.jobs.submit(task);
    return jsonAnswer({ ID: id, Path: `/jobs/${id}` });
  }
  await orthanc.jobs.perform(task);
  return jsonAnswer(task.content());
}

function resourcesOf(body: unknown, orthanc: Orthanc): Resource[] {
  return bulkResources(body).map((id) => known(id, orthanc));
}

function known(id: string, { archive }: Orthanc): Resource {
  const resource = archive.resources.findAny(id);
  if (!resource) throw new OrthancError('unknownResource');
  return resource;
}

function studyChange(
  body: unknown,
  replacements: ReadonlyMap<string, unknown>,
): ModificationRequest {
  const removed = isFields(body) && Array.isArray(body['Remove']) ? body['Remove'] : [];
  return {
    isAnonymization: false,
    replacements,
    removals: new Set(removed.map((name) => knownTag(String(name)))),
    clearings: new Set(),
    keeps: new Set(),
    removesPrivate: false,
  };
}

/** Patient and study tags that the instances of a study share. */
function moduleValues(study: Resource, modules: readonly Level[]): [string, string][] {
  const [instance] = descendants(study, 'Instance');
  if (!instance) return [];
  return modules.flatMap((level) =>
    [...moduleTags(level)].flatMap((tag): [string, string][] => {
      const value = inheritedTag(instance, tag);
      return value === undefined ? [] : [[tag, value]];
    }),
  );
}

function depsOf(orthanc: Orthanc) {
  const { clock, uidHost, settings } = orthanc;
  return {
    clock,
    uidHost,
    randomBytes: (size: number) => orthanc.randomBytes(size),
    newUuid: () => orthanc.newUuid(),
    defaultCharset: settings.defaultCharset,
  };
}
