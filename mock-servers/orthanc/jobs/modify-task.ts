// Modification of many instances as a job: each is read, changed and stored again.
import {
  ancestor,
  collections,
  descendants,
  type Level,
  levels,
  metadataNumbers,
  type Resource,
} from '../archive/model.ts';
import type { Origin } from '../archive/new-resource.ts';
import type { Modification } from '../dicom/modification.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Json, JsonObject } from '../rest/json.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { reference } from '../rest/resource-json.ts';
import { storeDicom } from '../rest/upload.ts';
import type { JobTask } from './jobs.ts';

export interface ModifyRequest {
  readonly sources: readonly Resource[];
  readonly modification: Modification;
  readonly isAnonymization: boolean;
  readonly keepsSource: boolean;
  readonly origin: Origin;
  readonly priority: number;
  readonly type: 'ResourceModification' | 'MergeStudy' | 'SplitStudy';
  /** What the job tells about its result. */
  describe(results: readonly Resource[]): JsonObject;
}

export class ModifyTask implements JobTask {
  readonly type: string;
  readonly priority: number;
  readonly results: Resource[] = [];
  readonly #request: ModifyRequest;
  readonly #orthanc: Orthanc;
  readonly #instances: readonly Resource[];
  readonly #sourceIds: readonly string[];

  constructor(request: ModifyRequest, orthanc: Orthanc) {
    this.type = request.type;
    this.priority = request.priority;
    this.#request = request;
    this.#orthanc = orthanc;
    const instances = request.sources.flatMap((source) => descendants(source, 'Instance'));
    // 1.10 takes the last one first.
    this.#instances = orthanc.version.listsById ? instances : instances.reverse();
    this.#sourceIds = request.sources.map(({ id }) => id);
  }

  content(): JsonObject {
    const { describe, type, isAnonymization } = this.#request;
    const isModification = type === 'ResourceModification';
    return {
      Description: 'REST API',
      FailedInstancesCount: 0,
      InstancesCount: this.#instances.length,
      ...(isModification && { IsAnonymization: isAnonymization }),
      ...(isModification &&
        this.#orthanc.version.hasLabels &&
        this.#sourceIds.length > 0 && { ParentResources: this.#sourceIds }),
      ...describe(this.results),
    };
  }

  async run(): Promise<void> {
    for (const instance of this.#instances) await this.#modify(instance);
    if (this.#request.keepsSource) return;
    const stored = new Set(this.results);
    for (const instance of this.#instances)
      if (!stored.has(instance)) this.#orthanc.archive.delete(instance);
  }

  async #modify(instance: Resource): Promise<void> {
    const file = await this.#orthanc.dicom.parseWhole(instance);
    const bytes = this.#request.modification.apply(file);
    const before = chain(instance);
    const stored = await storeDicom({ kind: 'memory', bytes }, this.#request.origin, this.#orthanc);
    // 1.12 is content with what is there already, as two instances that are given one UID.
    if (stored.status !== 'Success' && !this.#orthanc.version.hasLabels) {
      throw new OrthancError(
        'cannotStore',
        `Error while storing a modified instance ${instance.id}`,
      );
    }
    this.results.push(stored.instance);
    this.#note(before, stored.instance);
  }

  // Each level that has become another resource remembers where it came from.
  #note(before: ReadonlyMap<Level, Resource>, instance: Resource): void {
    // What is moved between studies keeps no note of it.
    if (this.#request.type !== 'ResourceModification') return;
    const name = this.#request.isAnonymization ? 'AnonymizedFrom' : 'ModifiedFrom';
    for (const [level, source] of before) {
      const target = ancestor(instance, level);
      if (!target || target.id === source.id || target.metadata.has(metadataNumbers[name]))
        continue;
      this.#orthanc.archive.setMetadata(target, metadataNumbers[name], source.id);
    }
  }
}

/** `{ID, Path, PatientID, Type}` of the one resource that a modification has made. */
export function targetJson(results: readonly Resource[], level: Level): JsonObject {
  const target = results[0] && ancestor(results[0], level);
  const patient = results[0] && ancestor(results[0], 'Patient');
  if (!target) return {};
  return {
    ID: target.id,
    Path: `/${collections[level]}/${target.id}`,
    PatientID: patient?.id,
    Type: level,
  };
}

/** All resources that a bulk modification has made, instances first, by id. */
export function allTargets(results: readonly Resource[]): Json {
  const found = [...levels].reverse().flatMap((level) => {
    const ofLevel = new Set(results.flatMap((instance) => ancestor(instance, level) ?? []));
    return [...ofLevel].sort((a, b) => (a.id < b.id ? -1 : 1));
  });
  return found.map(reference);
}

function chain(instance: Resource): Map<Level, Resource> {
  const resources = new Map<Level, Resource>();
  for (let each: Resource | undefined = instance; each; each = each.parent)
    resources.set(each.level, each);
  return resources;
}
