// The jobs of the plugin's client: STOW-RS to a server, WADO-RS from it.
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { metadataNumbers, type Resource } from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import type { JobContext, JobTask } from '../jobs/jobs.ts';
import { type Answer, bareJsonAnswer } from '../rest/answer.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import { OrthancError } from '../rest/errors.ts';
import { type JsonObject, tabbedJson } from '../rest/json.ts';
import { boundaryOf, PartCutShort, splitMultipart } from '../rest/multipart.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { storeDicom } from '../rest/upload.ts';
import { hasProperty, type WebServer } from '../web-server.ts';
import { askServer, bytesOf, chunksOf } from './server-request.ts';

type Work = (context: JobContext, report: (content: JsonObject) => void) => Promise<void>;

/** A job of a plugin: whatever goes wrong is an error of the plugin engine, with the reason in its content. */
export class ServerTask implements JobTask {
  readonly type: string;
  readonly priority: number;
  readonly #work: Work;
  #content: JsonObject = {};

  constructor(type: 'DicomWebStowClient' | 'DicomWebWadoRetrieveClient', body: Fields, work: Work) {
    this.type = type;
    this.priority = typeof body['Priority'] === 'number' ? body['Priority'] : 0;
    this.#work = work;
  }

  content(): JsonObject {
    return this.#content;
  }

  async run(context: JobContext): Promise<void> {
    try {
      await this.#work(context, (content) => {
        this.#content = content;
      });
    } catch (cause) {
      if (!(cause instanceof OrthancError)) throw cause;
      // A job reads streams, for which every refusal is the same.
      const { orthancStatus, publicMessage } =
        cause.status === 404 ? new OrthancError('network') : cause;
      this.#content = {
        FunctionErrorCode: orthancStatus,
        FunctionErrorDescription: publicMessage,
      };
      throw new OrthancError('plugin', undefined, { cause });
    }
  }
}

/** Waits for the job unless the body, or the route, says otherwise. */
export async function serverJobAnswer(
  task: ServerTask,
  body: Fields,
  isUsuallyAwaited: boolean,
  orthanc: Orthanc,
): Promise<Answer> {
  if (isAwaited(body) ?? isUsuallyAwaited) {
    await orthanc.jobs.perform(task).catch((cause: unknown) => {
      if (!(cause instanceof OrthancError)) throw cause;
      throw new OrthancError('plugin', cause.publicMessage, { cause });
    });
    return bareJsonAnswer(tabbedJson(task.content()));
  }
  const { id } = orthanc.jobs.submit(task);
  // The path is relative to the page of the plugin's own user interface.
  return bareJsonAnswer(tabbedJson({ ID: id, Path: `.././../jobs/${id}` }));
}

function isAwaited(body: Fields): boolean | undefined {
  if (typeof body['Synchronous'] === 'boolean') return body['Synchronous'];
  return typeof body['Asynchronous'] === 'boolean' ? !body['Asynchronous'] : undefined;
}

interface Target extends JobContext {
  readonly server: WebServer;
  readonly headers: Record<string, string>;
}

/** Sends instances in one request; without `ChunkedTransfers` from memory. */
export async function stowTo(
  { server, headers, signal }: Target,
  instances: readonly Resource[],
  orthanc: Orthanc,
): Promise<JsonObject> {
  const boundary = `${orthanc.newUuid()}-${orthanc.newUuid()}`;
  async function* parts(): AsyncGenerator<Buffer> {
    for (const instance of instances) {
      const bytes = orthanc.archive.files.read(fileOf(instance).uuid);
      const head = `--${boundary}\r\nContent-Type: application/dicom\r\nContent-Length: ${bytes.length}\r\n\r\n`;
      yield Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]);
    }
    yield Buffer.from(`--${boundary}--`);
  }
  const stream = Readable.from(parts());
  const isChunked = hasProperty(server, 'ChunkedTransfers', true);
  const answer = await askServer(server, {
    method: 'POST',
    uri: 'studies',
    headers: {
      Accept: 'application/dicom+json',
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      ...headers,
    },
    signal,
    body: isChunked ? stream : Buffer.concat(await stream.toArray()),
  });
  requireAllStored(await bytesOf(answer), instances.length);
  const size = instances.reduce((sum, instance) => sum + fileOf(instance).size, 0);
  return {
    InstancesCount: String(instances.length),
    ...(instances.length > 0 && { NetworkSizeMB: String(megabytes(size)) }),
  };
}

/** The plugin counts what the server says it has stored. */
function requireAllStored(body: Buffer, count: number): void {
  let outcome: unknown;
  try {
    outcome = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new OrthancError('network', undefined, { cause });
  }
  const sequence = isFields(outcome) ? outcome['00081199'] : undefined;
  const stored = isFields(sequence) ? sequence['Value'] : undefined;
  if (count > 0 && (!Array.isArray(stored) || stored.length !== count))
    throw new OrthancError('network');
}

/** Stores what the addresses give. */
export async function retrieveFrom(
  { server, headers, signal }: Target,
  uris: readonly string[],
  report: (content: JsonObject) => void,
  orthanc: Orthanc,
): Promise<void> {
  let count = 0;
  let size = 0;
  for (const uri of uris) {
    const answer = await askServer(server, {
      method: 'GET',
      uri,
      signal,
      headers: {
        Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
        ...headers,
      },
    });
    for await (const bytes of partsOf(answer)) {
      await storeDicom({ kind: 'memory', bytes }, pluginOrigin, orthanc);
      count += 1;
      size += bytes.length;
    }
    report({ NetworkUsageMB: String(megabytes(size)), ReceivedInstancesCount: String(count) });
  }
}

/** What a plugin stores has no remote address. */
const pluginOrigin = new Map([
  [metadataNumbers.Origin, 'Plugins'],
  [metadataNumbers.RemoteAET, ''],
]);

/** As much of an answer as Orthanc's MultipartStreamReader gathers before it looks for parts. */
const BLOCK_BYTES = 10 * 1024 * 1024;

async function* partsOf(answer: IncomingMessage): AsyncGenerator<Buffer> {
  const boundary = boundaryOf(answer.headers['content-type'] ?? '');
  if (boundary === undefined) throw new OrthancError('network');
  const blocks = blocksOf(answer);
  try {
    for await (const { bytes } of splitMultipart(blocks, boundary)) {
      const chunks: Buffer[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      yield Buffer.concat(chunks);
    }
    // What follows the last part is not looked at, but has to come.
    for await (const _ of blocks);
  } catch (error) {
    // A last part without an end does not count, and is no error.
    if (!(error instanceof PartCutShort)) throw error;
  } finally {
    answer.destroy();
  }
}

/**
 * What has come of a block when the server hangs up is lost, as it is in Orthanc. (Orthanc looks at the first piece
 * alone, too: an object that lies in it as a whole is kept there, and not here.)
 */
async function* blocksOf(answer: IncomingMessage): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(answer)) {
    gathered.push(chunk);
    size += chunk.length;
    if (size < BLOCK_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(gathered);
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024));
}
