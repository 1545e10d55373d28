// Studies merged and split: the patient and the study of instances exchanged.
import { attributeOf } from '#core/dicom/dictionary.ts';
import { dottedTag } from '../archive/main-tags.ts';
import {
  ancestor,
  descendants,
  inheritedTag,
  type Level,
  type Resource,
} from '../archive/model.ts';
import { Modification } from '../dicom/modification.ts';
import type { ModificationRequest } from '../dicom/modification-request.ts';
import { moduleTags } from '../dicom/modules.ts';
import { generateUid } from '../dicom/uids.ts';
import { bulkResources, type Fields, isFields, knownTag } from './arguments.ts';
import { type Call, jsonBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import { answer, common, depsOf } from './modify.ts';
import type { Handler, Orthanc } from './orthanc.ts';

/** Series or instances of other studies become part of this one. */
export const mergeStudy: Handler = async (call, orthanc) => {
  const target = studyOf(call, 'Cannot merge into an unknown study', orthanc);
  const body = await jsonBodyOf(call);
  const sources = bulkResources(body).map((id) => mergeable(id, target, orthanc));
  const patient = moduleValues(target, ['Patient', 'Study']);
  const replacements = new Map<string, unknown>([
    ...patient,
    ['0020000D', target.tags.get('0020000D')],
  ]);
  return answer(
    {
      ...common(call, body, false),
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
  const study = studyOf(call, 'Cannot split unknown study', orthanc);
  const body = await jsonBodyOf(call);
  const fields = isFields(body) ? body : {};
  const sources = [
    ...separable(fields, 'Series', study, orthanc),
    ...separable(fields, 'Instances', study, orthanc),
  ];
  if (sources.length === 0)
    throw new OrthancError(
      'badRequest',
      'Both the "Series" and the "Instances" fields are missing',
    );
  const uid = generateUid('study', orthanc);
  const replaced = isFields(fields['Replace']) ? Object.entries(fields['Replace']) : [];
  for (const [name] of replaced) requireStudyTag(knownTag(name));
  const replacements = new Map<string, unknown>([
    ...replaced.map(([name, value]) => [knownTag(name), value] as const),
    ['0020000D', uid],
  ]);
  return answer(
    {
      ...common(call, body, false),
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

function studyOf(call: Call, complaint: string, { archive }: Orthanc): Resource {
  const id = call.params['id'] ?? '';
  const study = archive.resources.find('Study', id);
  if (!study) throw new OrthancError('unknownResource', `${complaint}: ${id}`);
  return study;
}

function mergeable(id: string, target: Resource, { archive }: Orthanc): Resource {
  const resource = archive.resources.findAny(id);
  if (!resource) throw new OrthancError('unknownResource', `Cannot find this resource: ${id}`);
  if (resource.level === 'Patient') {
    throw new OrthancError(
      'unknownResource',
      `This resource is neither a study, nor a series, nor an instance: ${id} is a Patient`,
    );
  }
  if (ancestor(resource, 'Study') !== target || resource === target) return resource;
  throw new OrthancError(
    'unknownResource',
    `Cannot merge ${resource.level.toLowerCase()} ${id} into its parent study ${target.id}`,
  );
}

function separable(
  fields: Fields,
  name: 'Series' | 'Instances',
  study: Resource,
  { archive }: Orthanc,
): Resource[] {
  const level = name === 'Series' ? 'Series' : 'Instance';
  const ids = fields[name] ?? [];
  return (Array.isArray(ids) ? ids.map(String) : []).map((id) => {
    const resource = archive.resources.find(level, id);
    if (resource && ancestor(resource, 'Study') === study) return resource;
    throw new OrthancError(
      'unknownResource',
      `This ${level.toLowerCase()} does not belong to the study to be split: ${id}`,
    );
  });
}

function requireStudyTag(tag: string): void {
  const isOfModules = moduleTags('Patient').has(tag) || moduleTags('Study').has(tag);
  if (isOfModules && tag !== '0020000D') return;
  const name = attributeOf(tag)?.name ?? tag;
  throw new OrthancError(
    'outOfRange',
    `Cannot modify the following tag while splitting a study (not in the patient/study modules): ${name} (${dottedTag(tag)})`,
  );
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
