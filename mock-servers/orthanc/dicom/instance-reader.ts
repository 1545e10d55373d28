// Reads stored instances. Files never change under their UUID, so what was parsed or written as JSON may be
// kept, within a budget of bytes.
import { ByteElement, Dataset } from '#core/dicom/dataset.ts';
import { readHeader } from '#core/dicom/header.ts';
import { type Part10, readPart10 } from '#core/dicom/part10.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import type { Archive } from '../archive/archive.ts';
import { type Attachment, DICOM_ATTACHMENT, type Resource } from '../archive/model.ts';

/** A parsed file; of a large one the header, with the pixel data as an element without bytes. */
export type DicomFile = Pick<Part10, 'preamble' | 'meta' | 'dataset' | 'transferSyntax'>;

/** Files above this size are not read into memory for their tags; they share no pack. */
export const LARGE_FILE = 16 * 1024 * 1024;
const PARSED_BUDGET = 32 * 1024 * 1024;
const TEXT_BUDGET = 16 * 1024 * 1024;

export class InstanceReader {
  readonly #archive: Archive;
  readonly #parsed = new Budget<DicomFile>(PARSED_BUDGET);
  readonly #texts = new Budget<string>(TEXT_BUDGET);

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  async parse(instance: Resource): Promise<DicomFile> {
    const attachment = fileOf(instance);
    const known = this.#parsed.get(attachment.uuid);
    if (known) return known;
    const file =
      attachment.size > LARGE_FILE
        ? await readLargeFile(this.#archive.files.locate(attachment.uuid).path)
        : readPart10(this.#archive.files.read(attachment.uuid));
    this.#parsed.set(attachment.uuid, file, Math.min(attachment.size, LARGE_FILE));
    return file;
  }

  /** The file with its pixel data, whatever its size. */
  async parseWhole(instance: Resource): Promise<Part10> {
    return readPart10(this.#archive.files.read(fileOf(instance).uuid));
  }

  /** An answer made once per file and `kind`. */
  async text(instance: Resource, kind: string, make: (file: DicomFile) => string): Promise<string> {
    const key = `${fileOf(instance).uuid} ${kind}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const made = make(await this.parse(instance));
    this.#texts.set(key, made, made.length);
    return made;
  }
}

/** The DICOM file of an instance: every instance has one. */
export function fileOf(instance: Resource): Attachment {
  const attachment = instance.attachments.get(DICOM_ATTACHMENT);
  if (!attachment) throw new TypeError('An instance without a file');
  return attachment;
}

/** The header of a large file; its pixel data are known by name only. */
export async function readLargeFile(path: string): Promise<DicomFile> {
  const header = await readHeader(path);
  const last = header.dataset.elements.at(-1);
  const at = last?.end ?? header.datasetOffset;
  if (at >= header.size) return header;
  const encoding = encodingOf(header.transferSyntax);
  const place = { tag: '7FE00010', vr: 'OW', offset: at, valueOffset: at, length: 0 };
  const pixels = new ByteElement(new Uint8Array(), at, place, encoding, at, at);
  return {
    ...header,
    dataset: new Dataset([...header.dataset.elements, pixels], header.dataset.charset),
  };
}

/** Least recently used first out, by size. */
class Budget<Value> {
  readonly #limit: number;
  readonly #entries = new Map<string, { value: Value; size: number }>();
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, size: number): void {
    if (size > this.#limit || this.#entries.has(key)) return;
    this.#entries.set(key, { value, size });
    this.#used += size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#used <= this.#limit) break;
      this.#entries.delete(oldest);
      this.#used -= entry.size;
    }
  }
}
