// One process at a time may work on a data folder: Orthanc's recovery deletes files it does not know.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';

/** The place where the mocks keep their data over a restart, and the right to use it. */
export interface DataFolder {
  /** It has been seeded once: the start keeps what is there. */
  readonly isKept: boolean;
  /** From now on it is kept. */
  keep(seed: string): Promise<void>;
  release(): void;
}

/** What a start may ask of the data, if it is to be made. */
export interface FirstContent {
  readonly seed?: string;
  readonly empty?: boolean;
}

/** @throws WorkbenchError `ALREADY_RUNNING`, or `SETTINGS_INVALID` when it holds something else already */
export async function openDataFolder(dataDir: string, wanted: FirstContent): Promise<DataFolder> {
  const release = await lockDataFolder(dataDir);
  const mark = path.join(dataDir, 'seeded.txt');
  const isKept = existsSync(mark);
  const [seed, content] = isKept ? readFileSync(mark, 'utf8').split('\n') : [];
  const isOther = wanted.seed !== undefined && wanted.seed !== seed;
  if (isKept && (isOther || (wanted.empty && content !== emptyContent))) {
    release();
    throw alreadyFilled(dataDir);
  }
  const kept = (made: string): string => `${made}\n${wanted.empty ? `${emptyContent}\n` : ''}`;
  return {
    isKept,
    keep: async (made) => (isKept ? undefined : writeFile(mark, kept(made))),
    release,
  };
}

const emptyContent = 'empty';

function alreadyFilled(folder: string): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      'The data folder {folder} already holds data, so --seed and --empty cannot apply. Leave them off to go on with it, or choose a new folder with --data.',
      { folder },
    ),
  );
}

const lockName = 'in-use.lock';
/** https://www.sqlite.org/rescode.html */
const sqliteBusy = 5;

/**
 * Makes the folder and keeps others out of it until the given function is called. The lock is one of
 * the operating system, held through SQLite: it ends with the process, however that ends, and no
 * process id that was given out again can look like its owner.
 *
 * @throws WorkbenchError `ALREADY_RUNNING`
 */
export async function lockDataFolder(dataDir: string): Promise<() => void> {
  await mkdir(dataDir, { recursive: true });
  const { DatabaseSync } = await import('node:sqlite');
  const lock = new DatabaseSync(path.join(dataDir, lockName));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw isBusy(error) ? inUse(dataDir, error) : error;
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
}

function inUse(folder: string, cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'ALREADY_RUNNING',
    text(
      'Other mock servers already use the data folder {folder}. End them first, or choose another folder with --data.',
      { folder },
    ),
    { cause },
  );
}
