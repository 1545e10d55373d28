// The disk as sending asks it: about many files at once, in a thread of its own. A blocking call there costs a
// tenth of the same call through Node's pool, which changes threads for each, and a slow network drive
// cannot stop the extension host.
import { Worker } from 'node:worker_threads';
import {
  type Look,
  type LookAnswer,
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

/** Answers one question at a time. The thread starts with the first one and lives until `close`. */
export class Disk {
  #worker: Worker | undefined;
  #failure: unknown;
  #asked: PromiseWithResolvers<unknown> | undefined;
  readonly #free: ArrayBuffer[] = [];

  async look(paths: readonly string[]): Promise<readonly (Look | Error)[]> {
    const answers = (await this.#ask({ kind: 'look', paths })) as LookAnswer;
    return answers.map((answer) => ('message' in answer ? errorOf(answer) : answer));
  }

  async read(files: readonly Wanted[]): Promise<Contents> {
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

  #ask(question: Question, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#asked = Promise.withResolvers();
    this.#worker ??= this.#start();
    this.#worker.postMessage(question, transfer);
    return this.#asked.promise;
  }

  #start(): Worker {
    // Options of the process, such as a debugger's, are not for this thread
    const worker = new Worker(`(${serveDisk})()`, { eval: true, execArgv: [] });
    worker.on('message', (answer) => this.#asked?.resolve(answer));
    worker.on('error', (error) => {
      this.#failure = error;
      this.#asked?.reject(error);
    });
    return worker;
  }
}

function errorOf({ code, message }: Refused): Error {
  return Object.assign(new Error(message), { code });
}
