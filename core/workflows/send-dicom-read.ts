// The next small files into memory while others are on the wire. Bounded: what is being sent, and one
// group of files more.
import { basename } from 'node:path';
import { WorkbenchError } from '../errors.ts';
import { unreadable } from '../file-error.ts';
import { text } from '../text.ts';
import type { Contents, Disk } from './send-dicom-disk.ts';
import { type Candidate, type Found, isUnusable } from './send-dicom-files.ts';

export interface Ready {
  /** With its bytes, or with the reason why there are none; a large file stays on the disk. */
  readonly found: Found;
  /** Its bytes were used and may be overwritten. */
  release(): void;
}

/** Larger files are streamed from the disk. */
const MAX_LOADED_BYTES = 4 * 1024 * 1024;
const GROUP_FILES = 16;
const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * Everything found, in its order; small files with their bytes.
 *
 * @param isWanted - false for a file whose bytes nobody will ask for
 */
export async function* readAhead(
  found: AsyncIterator<Found>,
  disk: Pick<Disk, 'read'>,
  isWanted: (file: Candidate) => boolean,
): AsyncGenerator<Ready, void, undefined> {
  const begin = () => {
    const group = readGroup(found, disk, isWanted);
    // Whoever waits for the group gets the error
    group.catch(() => undefined);
    return group;
  };
  let next = begin();
  try {
    for (;;) {
      const { ready, hasMember } = await next;
      if (ready.length === 0) return;
      // The next member of a ZIP may be as large as this one: not both without need
      if (!hasMember) next = begin();
      yield* ready;
      if (hasMember) next = begin();
    }
  } finally {
    await next.catch(() => undefined);
  }
}

interface Group {
  readonly ready: readonly Ready[];
  /** Ends with a member of a ZIP, which is in memory already. */
  readonly hasMember: boolean;
}

async function readGroup(
  source: AsyncIterator<Found>,
  disk: Pick<Disk, 'read'>,
  isWanted: (file: Candidate) => boolean,
): Promise<Group> {
  const group: Found[] = [];
  const small: (Candidate & { readonly source: { readonly path: string } })[] = [];
  let bytes = 0;
  let hasMember = false;
  while (group.length < GROUP_FILES && bytes < GROUP_BYTES && !hasMember) {
    const { value: found, done } = await source.next();
    if (done === true) break;
    group.push(found);
    if (isUnusable(found)) continue;
    hasMember = !isOnDisk(found);
    if (!isOnDisk(found) || found.size > MAX_LOADED_BYTES || !isWanted(found)) continue;
    small.push(found);
    bytes += found.size;
  }
  if (small.length === 0) return { hasMember, ready: group.map(withoutBytes) };
  const contents = await disk.read(small.map(({ source: { path }, size }) => ({ path, size })));
  return { hasMember, ready: withBytes(group, small, contents) };
}

function isOnDisk(
  file: Candidate,
): file is Candidate & { readonly source: { readonly path: string } } {
  return 'path' in file.source;
}

function withoutBytes(found: Found): Ready {
  return { found, release: () => undefined };
}

function withBytes(
  group: readonly Found[],
  small: readonly Candidate[],
  { files, release }: Contents,
): readonly Ready[] {
  const loaded = new Map(small.map((file, index) => [file, loadedFrom(file, files[index])]));
  let unused = group.length;
  const used = () => {
    unused -= 1;
    if (unused === 0) release();
  };
  return group.map((found) => ({
    found: isUnusable(found) ? found : (loaded.get(found) ?? found),
    release: used,
  }));
}

function loadedFrom(file: Candidate, bytes: Uint8Array | Error | undefined): Found {
  const { name, path, size } = file;
  if (!(bytes instanceof Uint8Array)) return { name, path, error: unreadable(path, bytes) };
  if (bytes.byteLength !== size) return { name, path, error: changed(path) };
  return { ...file, source: { bytes } };
}

function changed(path: string): WorkbenchError {
  return new WorkbenchError(
    'FILE_UNREADABLE',
    text('{name} changed while it was to be sent. Wait until it is complete, then send it again.', {
      name: basename(path),
    }),
  );
}
