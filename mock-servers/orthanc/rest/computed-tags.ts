// Tags that Orthanc answers from the index although no file has them.
import { descendants, type Level, metadataOf, type Resource } from '../archive/model.ts';

const counts: Readonly<Record<string, readonly [Level, Level]>> = {
  '00201200': ['Patient', 'Study'],
  '00201202': ['Patient', 'Series'],
  '00201204': ['Patient', 'Instance'],
  '00201206': ['Study', 'Series'],
  '00201208': ['Study', 'Instance'],
  '00201209': ['Series', 'Instance'],
};

export const MODALITIES_IN_STUDY = '00080061';
export const SOP_CLASSES_IN_STUDY = '00080062';
export const INSTANCE_AVAILABILITY = '00080056';

export function isComputedTag(tag: string): boolean {
  return (
    [MODALITIES_IN_STUDY, SOP_CLASSES_IN_STUDY, INSTANCE_AVAILABILITY].includes(tag) ||
    tag in counts
  );
}

export function computedTag(resource: Resource, tag: string): string | undefined {
  if (tag === MODALITIES_IN_STUDY && resource.level === 'Study') return modalities(resource);
  if (tag === SOP_CLASSES_IN_STUDY && resource.level === 'Study') return sopClasses(resource);
  if (tag === INSTANCE_AVAILABILITY && resource.level === 'Instance') return 'ONLINE';
  const count = counts[tag];
  if (count?.[0] !== resource.level) return undefined;
  return String(descendants(resource, count[1]).length);
}

function modalities(study: Resource): string {
  return joined(descendants(study, 'Series').map((series) => series.tags.get('00080060')));
}

function sopClasses(study: Resource): string {
  return joined(
    descendants(study, 'Instance').map((instance) => metadataOf(instance, 'SopClassUid')),
  );
}

function joined(values: readonly (string | undefined)[]): string {
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))]
    .sort()
    .join('\\');
}
