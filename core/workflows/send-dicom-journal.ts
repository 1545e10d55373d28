// Remembers a batch on disk, one JSON line an event, so that an interrupted one goes on where it
// stopped: nothing is sent twice and nothing forgotten. A torn last line is ignored.
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WorkbenchError } from '../errors.ts';
import { unreadable, unwritable } from '../file-error.ts';
import { hasShape, isNumber, isOneOf, isString, optional, parseJson } from '../guards.ts';
import { text } from '../text.ts';

export interface Sent {
  readonly status: 'Success' | 'AlreadyStored';
  readonly orthancId: string;
  readonly studyInstanceUid?: string | undefined;
  readonly sopInstanceUid?: string | undefined;
}

export interface FileMark {
  readonly key: string;
  readonly size: number;
  readonly modifiedMs: number;
}

export interface BatchJournal {
  /** The result of an earlier run, when the file has not changed since. */
  sent(file: FileMark): Sent | undefined;
  /** True when an earlier run began to send the file and did not live to see the answer. */
  isDoubtful(file: FileMark): boolean;
  begin(file: FileMark): Promise<void>;
  finish(file: FileMark, sent: Sent): Promise<void>;
  close(): Promise<void>;
}

const VERSION = 1;

const isOpening = hasShape({ version: isNumber, target: isString });
const isMark = hasShape({ key: isString, size: isNumber, modifiedMs: isNumber });
const isFinish = hasShape({
  key: isString,
  size: isNumber,
  modifiedMs: isNumber,
  status: isOneOf('Success', 'AlreadyStored'),
  orthancId: isString,
  studyInstanceUid: optional(isString),
  sopInstanceUid: optional(isString),
});

/**
 * Opens or continues the journal of a batch. Holds paths and ids, no names.
 *
 * @param target - the server's address; a journal of another one is refused
 * @throws WorkbenchError `FILE_UNREADABLE`, `FILE_UNWRITABLE`, `SETTINGS_INVALID`
 */
export async function openJournal(path: string, target: string): Promise<BatchJournal> {
  const content = await readOrNothing(path);
  const lines = linesOf(content);
  const opening = lines[0];
  if (
    content !== '' &&
    !(isOpening(opening) && opening.version === VERSION && opening.target === target)
  ) {
    throw otherBatch(path);
  }
  const finished = new Map<string, Sent>();
  const begun = new Set<string>();
  for (const line of lines.slice(1)) {
    if (isFinish(line)) finished.set(fingerprint(line), line);
    else if (isMark(line)) begun.add(fingerprint(line));
  }
  const handle = await openForAppend(path);
  const append = async (line: object) => {
    try {
      await handle.appendFile(`${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };
  if (opening === undefined) await append({ version: VERSION, target });
  // Ends a line that a crash tore, so that the next one stands alone
  else await append({});
  return {
    sent: (file) => finished.get(fingerprint(file)),
    isDoubtful: (file) => begun.has(fingerprint(file)) && !finished.has(fingerprint(file)),
    begin: ({ key, size, modifiedMs }) => append({ key, size, modifiedMs }),
    finish: ({ key, size, modifiedMs }, sent) => append({ key, size, modifiedMs, ...sent }),
    async close() {
      await handle.sync();
      await handle.close();
    },
  };
}

function fingerprint({ key, size, modifiedMs }: FileMark): string {
  return `${key}\n${size}\n${modifiedMs}`;
}

/** Empty when there is no such file. */
async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw unreadable(path, error);
  }
}

function linesOf(content: string): readonly unknown[] {
  return content.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [parseJson(line)];
    } catch {
      // Torn by a crash: what it would have said counts as not done
      return [];
    }
  });
}

async function openForAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a');
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function otherBatch(path: string): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text('{name} does not record a batch for this server. Choose another file for the record.', {
      name: basename(path),
    }),
  );
}
