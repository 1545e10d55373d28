// Modified copies of data sets, by the rules of Orthanc's DicomModification: new identifiers below the level
// that is modified, one mapping for all instances of a job.
import type { Dataset, Element } from '#core/dicom/dataset.ts';
import { isPrivate } from '#core/dicom/dictionary.ts';
import { EXPLICIT_LITTLE_ENDIAN, isDeflated } from '#core/dicom/transfer-syntax.ts';
import type { NewElement, WritableElement } from '#core/dicom/write.ts';
import { type Level, levels } from '../archive/model.ts';
import { isCurveOrOverlay, profile } from './anonymization.ts';
import { elementOf } from './elements.ts';
import type { DicomFile } from './instance-reader.ts';
import type { ModificationRequest } from './modification-request.ts';
import { generateUid, type UidSource } from './uids.ts';
import { effectiveCharset, textOf } from './values.ts';
import { writeFile } from './write-file.ts';

const PATIENT_ID = '00100020';
const identifiers = [
  ['Study', '0020000D', 'study'],
  ['Series', '0020000E', 'series'],
  ['Instance', '00080018', 'instance'],
] as const;

export interface ModificationDeps extends UidSource {
  newUuid(): string;
  /** Term of files that name no character set. */
  readonly defaultCharset: string;
}

export class Modification {
  readonly #request: ModificationRequest;
  readonly #level: Level;
  readonly #deps: ModificationDeps;
  /** Old identifier to new one, over all files. */
  readonly #mapped = new Map<string, string>();

  constructor(request: ModificationRequest, level: Level, deps: ModificationDeps) {
    this.#request = request;
    this.#level = level;
    this.#deps = deps;
  }

  /** The new file; the same transfer syntax, pixel data untouched. */
  apply(file: DicomFile): Buffer {
    const { dataset } = file;
    const changes = this.#changes(dataset);
    const kept = dataset.elements.filter(({ tag }) => !changes.has(tag) && !this.#isRemoved(tag));
    const fresh = [...changes.values()].filter((element) => element !== undefined);
    const inner = this.#request.isAnonymization
      ? kept.map((element) => this.#withNewUids(element))
      : kept;
    const syntax = isDeflated(file.transferSyntax) ? EXPLICIT_LITTLE_ENDIAN : file.transferSyntax;
    return writeFile({ elements: [...inner, ...fresh], transferSyntax: syntax });
  }

  /** New elements by tag; undefined for a tag that goes. */
  #changes(dataset: Dataset): Map<string, NewElement | undefined> {
    const { replacements, removals, clearings, keeps, renamesPatients } = this.#request;
    const changes = new Map<string, NewElement | undefined>();
    const terms = effectiveCharset(dataset.charset, this.#deps.defaultCharset);
    const set = (tag: string, value: unknown) =>
      changes.set(tag, elementOf(tag, value, { charset: terms, previous: dataset.get(tag) }));
    const isThere = (tag: string) => dataset.get(tag) !== undefined;
    const cleared = [...clearings].filter((tag) => isThere(tag) && !keeps.has(tag));
    for (const tag of cleared) set(tag, '');
    for (const tag of removals) if (!keeps.has(tag)) changes.set(tag, undefined);
    for (const [tag, value] of replacements) set(tag, value);
    if (renamesPatients) set(PATIENT_ID, this.#newPatientId(dataset));
    for (const [level, tag, kind] of identifiers) {
      if (
        levels.indexOf(this.#level) > levels.indexOf(level) ||
        replacements.has(tag) ||
        keeps.has(tag)
      )
        continue;
      set(tag, this.#newUid(kind, uidText(dataset, tag)));
    }
    return changes;
  }

  #isRemoved(tag: string): boolean {
    const { removesPrivate, isAnonymization, keeps } = this.#request;
    if (keeps.has(tag)) return false;
    return (removesPrivate && isPrivate(tag)) || (isAnonymization && isCurveOrOverlay(tag));
  }

  #newPatientId(dataset: Dataset): string {
    const element = dataset.get(PATIENT_ID);
    const terms = effectiveCharset(dataset.charset, this.#deps.defaultCharset);
    const key = `patient ${(element && textOf(element, element.vr, terms)) ?? ''}`;
    const made = this.#mapped.get(key) ?? this.#deps.newUuid();
    this.#mapped.set(key, made);
    return made;
  }

  #newUid(kind: 'study' | 'series' | 'instance', old: string): string {
    const key = `${kind} ${old}`;
    const known = this.#mapped.get(key);
    if (known !== undefined) return known;
    const made = generateUid(kind, this.#deps);
    this.#mapped.set(key, made);
    return made;
  }

  // Other UIDs of the profile, also inside of sequences, are exchanged one for one.
  #withNewUids(element: Element): WritableElement {
    if (element.items) {
      const items = element.items.map((item) =>
        item.elements.map((inner) => this.#withNewUids(inner)),
      );
      return { tag: element.tag, vr: 'SQ', raw: new Uint8Array(), items };
    }
    if (!newUidTags().has(element.tag) || this.#request.keeps.has(element.tag)) return element;
    const old = textOf(element, 'UI', []) ?? '';
    return old === ''
      ? element
      : { tag: element.tag, vr: 'UI', raw: Buffer.from(this.#newUid('instance', old)) };
  }
}

let uidTags: ReadonlySet<string> | undefined;

function newUidTags(): ReadonlySet<string> {
  uidTags ??= profile.newUids();
  return uidTags;
}

function uidText(dataset: Dataset, tag: string): string {
  const element = dataset.get(tag);
  return (element && textOf(element, 'UI', [])) ?? '';
}
