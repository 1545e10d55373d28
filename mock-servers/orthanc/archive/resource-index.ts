// The resources in memory: by level and id, by DICOM identifier, in the order of arrival or of their ids.
import { identifierTags, type Level, levels, type Resource } from './model.ts';

export class ResourceIndex {
  readonly #byLevel = emptyLevels<Resource>();
  readonly #byIdentifier = emptyLevels<Set<Resource>>();
  readonly #sorted = new Map<Level, readonly Resource[]>();
  /** Of each level, by tag and value: made when first searched for, forgotten when the level changes. */
  readonly #byValue = emptyLevels<ReadonlyMap<string, readonly Resource[]>>();

  find(level: Level, id: string): Resource | undefined {
    return this.#byLevel[level].get(id);
  }

  findAny(id: string): Resource | undefined {
    for (const level of levels) {
      const found = this.#byLevel[level].get(id);
      if (found) return found;
    }
    return undefined;
  }

  /** Resources of a level with this PatientID or UID, whatever its case. */
  identified(level: Level, identifier: string): readonly Resource[] {
    return [...(this.#byIdentifier[level].get(normalized(identifier)) ?? [])];
  }

  /**
   * Resources of a level that can match an exact value of one of its own main tags, whatever its case: those
   * with this value, and those with several values.
   */
  valued(level: Level, tag: string, value: string): readonly Resource[] {
    let values = this.#byValue[level].get(tag);
    if (!values) {
      values = Map.groupBy(this.all(level), ({ tags }) => valueKey(tags.get(tag) ?? ''));
      this.#byValue[level].set(tag, values);
    }
    return [...(values.get(normalized(value)) ?? []), ...(values.get(SEVERAL) ?? [])];
  }

  /** In the order of arrival. */
  all(level: Level): IterableIterator<Resource> {
    return this.#byLevel[level].values();
  }

  /** By Orthanc id. */
  sorted(level: Level): readonly Resource[] {
    let list = this.#sorted.get(level);
    if (!list) {
      list = [...this.#byLevel[level].values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      this.#sorted.set(level, list);
    }
    return list;
  }

  count(level: Level): number {
    return this.#byLevel[level].size;
  }

  add(resource: Resource): void {
    const { level } = resource;
    this.#byLevel[level].set(resource.id, resource);
    this.#sorted.delete(level);
    this.#byValue[level].clear();
    const key = identifierOf(resource);
    const same = this.#byIdentifier[level].get(key);
    if (same) same.add(resource);
    else this.#byIdentifier[level].set(key, new Set([resource]));
  }

  remove(resource: Resource): void {
    const { level } = resource;
    this.#byLevel[level].delete(resource.id);
    this.#sorted.delete(level);
    this.#byValue[level].clear();
    this.#byIdentifier[level].get(identifierOf(resource))?.delete(resource);
  }

  clear(): void {
    for (const level of levels) {
      this.#byLevel[level].clear();
      this.#byIdentifier[level].clear();
      this.#byValue[level].clear();
    }
    this.#sorted.clear();
  }
}

function identifierOf(resource: Resource): string {
  return normalized(resource.tags.get(identifierTags[resource.level]) ?? '');
}

const SEVERAL = '\\';

function valueKey(value: string): string {
  return value.includes('\\') ? SEVERAL : normalized(value);
}

function normalized(identifier: string): string {
  return identifier.trim().toUpperCase();
}

function emptyLevels<Value>(): Record<Level, Map<string, Value>> {
  return { Patient: new Map(), Study: new Map(), Series: new Map(), Instance: new Map() };
}
