import type { Level, Resource } from '../archive/model.ts';
import { Modification } from '../dicom/modification.ts';
import {
  keepsSource,
  type ModificationRequest,
  parseAnonymization,
  parseModification,
} from '../dicom/modification-request.ts';
import { allTargets, type ModifyRequest, ModifyTask, targetJson } from '../jobs/modify-task.ts';
import { type Answer, bytesAnswer, jsonAnswer, textAnswer } from './answer.ts';
import { isAsynchronous } from './archives.ts';
import {
  booleanField,
  bulkResources,
  type Fields,
  integerField,
  isFields,
  resourceOf,
  stringField,
} from './arguments.ts';
import { type Call, jsonBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import { levelNamed } from './find.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { isTransferSyntax, unknownTransferSyntax } from './transfer-syntaxes.ts';
import { restOrigin } from './upload.ts';

type Kind = 'modify' | 'anonymize';

/** An instance comes back as the changed file; nothing is stored. */
export function changeInstance(kind: Kind): Handler {
  return async (call, orthanc) => {
    const instance = resourceOf(call, 'Instance', orthanc);
    const body = await jsonBodyOf(call);
    const request = parsed(kind, body, 'Instance', orthanc);
    const syntax = isFields(body) ? stringField(body, 'Transcode') : undefined;
    if (syntax !== undefined && !isTransferSyntax(syntax)) throw unknownTransferSyntax(syntax);
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
      isFields(body) && body['Level'] !== undefined
        ? levelNamed(String(body['Level']), orthanc)
        : 'Instance';
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

export function common(
  call: Call,
  body: unknown,
  keepsUsually = true,
): Pick<ModifyRequest, 'keepsSource' | 'origin' | 'priority'> {
  const fields = isFields(body) ? body : {};
  const priority = integerField(fields, 'Priority') ?? 0;
  booleanField(fields, 'Permissive');
  const syntax = stringField(fields, 'Transcode');
  if (syntax !== undefined && !isTransferSyntax(syntax))
    throw new OrthancError('badFile', `Unknown transfer syntax UID: ${syntax}`);
  return { keepsSource: keepsSource(body, keepsUsually), origin: restOrigin(call), priority };
}

export async function answer(
  request: ModifyRequest,
  body: unknown,
  orthanc: Orthanc,
): Promise<Answer> {
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

export function depsOf(orthanc: Orthanc) {
  const { clock, uidHost, settings } = orthanc;
  return {
    clock,
    uidHost,
    randomBytes: (size: number) => orthanc.randomBytes(size),
    newUuid: () => orthanc.newUuid(),
    defaultCharset: settings.defaultCharset,
  };
}
