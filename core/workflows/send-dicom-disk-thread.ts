// What runs in the thread of `send-dicom-disk.ts`: plain blocking calls, many for one message.
import type { Stats } from 'node:fs';

export type Question =
  | { readonly kind: 'look'; readonly paths: readonly string[] }
  | { readonly kind: 'read'; readonly files: readonly Wanted[]; readonly memory: ArrayBuffer };

export interface Wanted {
  readonly path: string;
  /** As it was when the file was found. */
  readonly size: number;
}

export interface Look {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  readonly modifiedMs: number;
  /** By its first bytes, as Orthanc does; a file with DICOM's own extension is not looked into. */
  readonly isZip: boolean;
}

/** An error of the file system: as an object it would lose its code on the way. */
export interface Refused {
  readonly code: string | undefined;
  readonly message: string;
}

export interface ReadAnswer {
  readonly memory: ArrayBuffer;
  /** How many bytes each file had, never more than one above what was expected. */
  readonly found: readonly (number | Refused)[];
}

export type LookAnswer = readonly (Look | Refused)[];

/**
 * Travels to the thread as text, so that no bundle needs a file for it: it must name nothing outside itself.
 *
 * @param shared - the functions of that name, which travel in the same way
 */
export function serveDisk(shared: {
  readonly mayBeZip: typeof mayBeZip;
  readonly lookFrom: typeof lookFrom;
}): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { closeSync, constants, fstatSync, openSync, readSync, statSync } =
    process.getBuiltinModule('node:fs');

  parentPort?.on('message', (question: Question) => {
    if (question.kind === 'look') parentPort.postMessage(question.paths.map(orRefused(look)));
    else answerRead(question);
  });

  function answerRead({ files, memory }: Question & { readonly kind: 'read' }): void {
    let at = 0;
    const found = files.map(
      orRefused((file) => {
        const place = new Uint8Array(memory, at, file.size + 1);
        at += place.byteLength;
        return withFile(file.path, (descriptor) => fill(descriptor, place));
      }),
    );
    parentPort?.postMessage({ memory, found } satisfies ReadAnswer, [memory]);
  }

  function orRefused<A, B>(ask: (item: A) => B): (item: A) => B | Refused {
    return (item) => {
      try {
        return ask(item);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return { code, message };
      }
    };
  }

  function look(path: string): Look {
    const stats = statSync(path);
    return shared.lookFrom(stats, shared.mayBeZip(path, stats) ? headOf(path) : undefined);
  }

  function headOf(path: string): Uint8Array | undefined {
    const head = new Uint8Array(4);
    try {
      withFile(path, (descriptor) => fill(descriptor, head));
      return head;
    } catch {
      // Whoever reads the file says why it cannot be read
      return undefined;
    }
  }

  function withFile<T>(path: string, use: (descriptor: number) => T): T {
    // Opening a named pipe would wait for its writer for ever
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(descriptor).isFile()) throw new Error('not a regular file');
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  function fill(descriptor: number, place: Uint8Array): number {
    let filled = 0;
    while (filled < place.byteLength) {
      const count = readSync(descriptor, place, filled, place.byteLength - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }
}

export function mayBeZip(path: string, stats: Stats): boolean {
  return stats.isFile() && !/\.(?:dcm|dicom|ima)$/i.test(path);
}

export function lookFrom(stats: Stats, head: Uint8Array | undefined): Look {
  const { size, mtimeMs: modifiedMs } = stats;
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  const isZip = ['80,75,3,4', '80,75,5,6'].includes(String(head));
  return { kind, size, modifiedMs, isZip };
}
