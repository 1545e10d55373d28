// The disk as sending asks it: about many files at once, in a thread of its own. A blocking call there costs a
// tenth of the same call through Node's pool, which changes threads for each, and a slow network drive
// cannot stop the extension host. For a few files starting it would cost more than they do.
import { Worker } from 'node:worker_threads';
import { lookAtFiles, readFiles } from './send-dicom-disk-pool.ts';
import {
  type Look,
  type LookAnswer,
  lookFrom,
  mayBeZip,
  type Question,
  type ReadAnswer,
  type Refused,
  serveDisk,
  type Wanted,
} from './send-dicom-disk-thread.ts';

export interface Contents {
  /** A file that is not as long as expected has one byte more, or those that there were. */
  readonly files: readonly (Uint8Array | Error)[];
  /** The bytes were used: the next ones may take their place. */
  release(): void;
}

/** Looks and reads that take as long as starting the thread. */
const WORTH_A_THREAD = 256;

/** Answers one question at a time. The thread starts once many files were asked for and lives until `close`. */
export class Disk {
  #asked = 0;
  #worker: Worker | undefined;
  #failure: unknown;
  #answer: PromiseWithResolvers<unknown> | undefined;
  readonly #free: ArrayBuffer[] = [];

  async look(paths: readonly string[]): Promise<readonly (Look | Error)[]> {
    if (this.#areFew(paths)) return lookAtFiles(paths);
    const answers = (await this.#ask({ kind: 'look', paths })) as LookAnswer;
    return answers.map((answer) => ('message' in answer ? errorOf(answer) : answer));
  }

  async read(files: readonly Wanted[]): Promise<Contents> {
    if (this.#areFew(files)) return { files: await readFiles(files), release: () => undefined };
    const total = files.reduce((sum, { size }) => sum + size + 1, 0);
    // Fresh memory for thousands of files costs more than reading them
    const kept = this.#free.pop();
    const free = kept !== undefined && kept.byteLength >= total ? kept : new ArrayBuffer(total);
    const question = { kind: 'read', files, memory: free } as const;
    const { memory, found } = (await this.#ask(question, [free])) as ReadAnswer;
    let at = 0;
    return {
      files: found.map((answer, index) => {
        const start = at;
        at += (files[index]?.size ?? 0) + 1;
        return typeof answer === 'number' ? new Uint8Array(memory, start, answer) : errorOf(answer);
      }),
      release: () => this.#free.push(memory),
    };
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #areFew(files: readonly unknown[]): boolean {
    this.#asked += files.length;
    return this.#asked <= WORTH_A_THREAD;
  }

  #ask(question: Question, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#answer = Promise.withResolvers();
    this.#worker ??= this.#start();
    this.#worker.postMessage(question, transfer);
    return this.#answer.promise;
  }

  #start(): Worker {
    // Options of the process, such as a debugger's, are not for this thread
    const code = `(${serveDisk})({ mayBeZip: ${mayBeZip}, lookFrom: ${lookFrom} })`;
    const worker = new Worker(code, { eval: true, execArgv: [] });
    worker.on('message', (answer) => this.#answer?.resolve(answer));
    worker.on('error', (error) => {
      this.#failure = error;
      this.#answer?.reject(error);
    });
    return worker;
  }
}

function errorOf({ code, message }: Refused): Error {
  return Object.assign(new Error(message), { code });
}
