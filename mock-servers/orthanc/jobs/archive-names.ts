// The paths inside an archive, as Orthanc's ArchiveJob makes them.
import {
  ancestor,
  indexInSeries,
  inheritedTag,
  type Level,
  levels,
  type Resource,
} from '../archive/model.ts';

export interface NamedInstance {
  readonly path: string;
  readonly instance: Resource;
}

/** Paths from a level on; instances in the order of their number, counted from `firstIndex`. */
export function archivePaths(
  instances: readonly Resource[],
  top: Level,
  firstIndex: number,
): NamedInstance[] {
  const folders = levels.slice(levels.indexOf(top), levels.indexOf('Instance'));
  const named = new Map<Resource, string>();
  const taken = new Set<string>();
  const counters = new Map<Resource | undefined, number>();
  return inArchiveOrder(instances).map((instance) => {
    const path = folders.map((level) => folderOf(instance, level, named, taken));
    const index = counters.get(instance.parent) ?? firstIndex;
    counters.set(instance.parent, index + 1);
    return { path: [path.at(-1), fileName(instance, index)].filter(Boolean).join('/'), instance };
  });
}

/** By patient, study and series id, then by number. */
export function inArchiveOrder(instances: readonly Resource[]): Resource[] {
  const key = (resource: Resource) =>
    (['Patient', 'Study', 'Series'] as const)
      .map((level) => ancestor(resource, level)?.id ?? '')
      .join();
  const number = (resource: Resource) => indexInSeries(resource) ?? 0;
  return [...instances].sort((a, b) => key(a).localeCompare(key(b), 'en') || number(a) - number(b));
}

function folderOf(
  instance: Resource,
  level: Level,
  named: Map<Resource, string>,
  taken: Set<string>,
): string {
  const resource = ancestor(instance, level);
  if (!resource) return '';
  const known = named.get(resource);
  if (known !== undefined) return known;
  const above = resource.parent && named.get(resource.parent);
  const base = [above, keptCharacters(labelOf(resource)) || `Unknown ${level}`]
    .filter(Boolean)
    .join('/');
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  taken.add(name);
  named.set(resource, name);
  return name;
}

const labels: Readonly<Record<Level, readonly [string, string]>> = {
  Patient: ['00100020', '00100010'],
  Study: ['00080050', '00081030'],
  Series: ['00080060', '0008103E'],
  Instance: ['', ''],
};

function labelOf(resource: Resource): string {
  return labels[resource.level].map((tag) => inheritedTag(resource, tag) ?? '').join(' ');
}

// HierarchicalZipWriter keeps letters, digits, dots, underscores and single blanks; `^` becomes a blank.
function keptCharacters(text: string): string {
  return text
    .replaceAll('^', ' ')
    .replace(/[^A-Za-z0-9._\s]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function fileName(instance: Resource, index: number): string {
  const modality = (inheritedTag(instance, '00080060') ?? '')
    .trim()
    .toUpperCase()
    .replace(/[^A-Z]/g, '');
  const prefix = modality.slice(0, 2);
  return `${prefix}${String(index).padStart(8 - prefix.length, '0')}.dcm`;
}
