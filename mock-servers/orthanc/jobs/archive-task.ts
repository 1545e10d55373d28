// A ZIP archive of resources, or a medium with a DICOMDIR, as a job.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { descendants, type Level, type Resource } from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import { transcode } from '../dicom/transcode.ts';
import { generateUid } from '../dicom/uids.ts';
import { textOf } from '../dicom/values.ts';
import type { Json, JsonObject } from '../rest/json.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { type ZipMember, zipArchive } from '../zip/write.ts';
import { archivePaths, inArchiveOrder } from './archive-names.ts';
import { dicomDir, type MediumFile } from './dicomdir.ts';
import type { JobOutput, JobTask } from './jobs.ts';

export interface ArchiveRequest {
  readonly resources: readonly Resource[];
  readonly kind: 'archive' | 'media' | 'extended-media';
  /** Folders from this level on. */
  readonly top: Level;
  readonly transferSyntax: string | undefined;
  readonly filename: string;
  readonly priority: number;
  /** What the client wants to be told of the job. */
  readonly userData?: Json | undefined;
}

const MEGABYTE = 1024 * 1024;

export class ArchiveTask implements JobTask {
  readonly type: string;
  readonly priority: number;
  readonly #request: ArchiveRequest;
  readonly #orthanc: Orthanc;
  readonly #instances: readonly Resource[];
  readonly #path: string;
  #archiveSize = 0;
  #isKept = false;

  constructor(request: ArchiveRequest, orthanc: Orthanc) {
    this.type = request.kind === 'archive' ? 'Archive' : 'Media';
    this.priority = request.priority;
    this.#request = request;
    this.#orthanc = orthanc;
    this.#instances = [
      ...new Set(request.resources.flatMap((each) => descendants(each, 'Instance'))),
    ];
    this.#path = orthanc.archive.files.incomingPath(orthanc.newUuid());
  }

  content(): JsonObject {
    const bytes = this.#instances.reduce((sum, instance) => sum + fileOf(instance).size, 0);
    return {
      ArchiveSize: String(this.#archiveSize),
      ArchiveSizeMB: Math.floor(this.#archiveSize / MEGABYTE),
      Description: 'REST API',
      InstancesCount: this.#instances.length,
      UncompressedSize: String(bytes),
      UncompressedSizeMB: Math.floor(bytes / MEGABYTE),
      Transcode: this.#request.transferSyntax,
    };
  }

  /** The archive piece by piece. */
  async *stream(): AsyncGenerator<Buffer> {
    for await (const chunk of zipArchive(this.#members())) {
      this.#archiveSize += chunk.length;
      yield chunk;
    }
  }

  async run(): Promise<void> {
    await pipeline(Readable.from(this.stream()), createWriteStream(this.#path));
    this.#isKept = true;
  }

  output(name: string): JobOutput | undefined {
    if (name !== 'archive' || !this.#isKept) return undefined;
    return {
      contentType: 'application/zip',
      filename: this.#orthanc.version.hasLabels ? this.#request.filename : 'archive.zip',
      path: this.#path,
      size: this.#archiveSize,
    };
  }

  async discard(): Promise<void> {
    this.#isKept = false;
    await rm(this.#path, { force: true });
  }

  *#members(): Generator<ZipMember> {
    if (this.#request.kind === 'archive') {
      const named = archivePaths(
        this.#instances,
        this.#request.top,
        this.#orthanc.version.firstArchiveIndex,
      );
      for (const { path, instance } of named)
        yield { name: path, read: () => this.#read(instance) };
      return;
    }
    const files = inArchiveOrder(this.#instances);
    for (const [index, instance] of files.entries())
      yield { name: `IMAGES/IM${index}`, read: () => this.#read(instance) };
    yield { name: 'DICOMDIR', read: () => this.#directory(files) };
  }

  async #read(instance: Resource): Promise<Uint8Array> {
    const { transferSyntax } = this.#request;
    if (transferSyntax !== undefined) {
      const bytes = await transcode(await this.#orthanc.dicom.parseWhole(instance), transferSyntax);
      if (bytes) return bytes;
    }
    return this.#orthanc.archive.files.read(fileOf(instance).uuid);
  }

  async #directory(instances: readonly Resource[]): Promise<Uint8Array> {
    const files: MediumFile[] = [];
    for (const [index, instance] of instances.entries()) {
      const { dataset } = await this.#orthanc.dicom.parse(instance);
      const element = dataset.get('00080005');
      const charset = element && textOf(element, element.vr, []);
      files.push({ instance, fileId: `IMAGES\\IM${index}`, charset });
    }
    return dicomDir(
      files,
      this.#request.kind === 'extended-media',
      generateUid('instance', this.#orthanc),
    );
  }
}
