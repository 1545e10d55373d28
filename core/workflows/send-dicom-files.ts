// From what a person chose (files, folders, ZIPs, patterns) to single DICOM files, in a steady order.
// A ZIP's members are unpacked one after another and never all at once.
import { glob, open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { WorkbenchError } from '../errors.ts';
import { unreadable } from '../file-error.ts';
import { text } from '../text.ts';
import { zipMembers } from './send-dicom-zip.ts';

export interface Candidate {
  /** What a row shows: the path as chosen, or `archive.zip!member`. */
  readonly name: string;
  /** What to choose to send it again: the file, or the ZIP that it is a part of. */
  readonly path: string;
  /** Stable over runs, together with `size` and `modifiedMs`. */
  readonly key: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
  /** Chosen itself, not found in a folder or ZIP: then a file of another kind is a failure. */
  readonly isNamed: boolean;
}

/** Something chosen that leads to no file: an unreadable folder, a pattern without a match, a torn ZIP. */
export interface Unusable {
  readonly name: string;
  /** As in `Candidate`; a pattern for one without a match. */
  readonly path: string;
  readonly error: WorkbenchError;
}

export type Found = Candidate | Unusable;

/** Files of a folder whose size is asked for together: waiting for each alone costs more than the answers. */
const ASKED_AT_ONCE = 16;
const byNumber = new Intl.Collator('en', { numeric: true });

/** Walks everything chosen; nothing is left out silently. */
export async function* findFiles(inputs: readonly string[]): AsyncIterable<Found> {
  for (const input of inputs) yield* findIn(input);
}

export function isUnusable(found: Found): found is Unusable {
  return 'error' in found;
}

async function* findIn(input: string): AsyncIterable<Found> {
  const stats = await statOf(input);
  if (stats instanceof Error) {
    const isPattern = /[*?[\]{}]/.test(input);
    yield* isPattern
      ? findMatches(input)
      : [{ name: input, path: input, error: unreadable(input, stats) }];
  } else if (stats.isDirectory()) {
    yield* findInFolder(input, input);
  } else {
    yield* findInFile(input, input, true, stats);
  }
}

async function* findMatches(pattern: string): AsyncIterable<Found> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) matches.push(match);
  if (matches.length === 0) yield { name: pattern, path: pattern, error: nothingMatches(pattern) };
  for (const match of matches.sort()) {
    const stats = await statOf(match);
    if (stats instanceof Error || stats.isFile()) yield* findInFile(match, match, false, stats);
  }
}

async function* findInFolder(folder: string, root: string): AsyncIterable<Found> {
  const name = relative(join(root, '..'), folder);
  let entries: Awaited<ReturnType<typeof readFolder>>;
  try {
    entries = await readFolder(folder);
  } catch (cause) {
    yield { name, path: folder, error: unreadable(folder, cause) };
    return;
  }
  for (let at = 0; at < entries.length; at += ASKED_AT_ONCE) {
    const some = entries.slice(at, at + ASKED_AT_ONCE).map(async (entry) => {
      const path = join(folder, entry.name);
      // Links to folders are not followed: they may lead back
      const isFile = entry.isFile() || entry.isSymbolicLink();
      return { entry, path, stats: isFile ? await statOf(path) : undefined };
    });
    for (const { entry, path, stats } of await Promise.all(some)) {
      if (entry.isDirectory()) yield* findInFolder(path, root);
      else if (stats) yield* findInFile(path, relative(join(root, '..'), path), false, stats);
    }
  }
}

async function readFolder(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.sort((a, b) => byNumber.compare(a.name, b.name));
}

async function* findInFile(
  path: string,
  name: string,
  isNamed: boolean,
  stats: Awaited<ReturnType<typeof statOf>>,
): AsyncIterable<Found> {
  if (stats instanceof Error) {
    yield { name, path, error: unreadable(path, stats) };
  } else if (stats.isFile() && !isCalledDicom(path) && (await isZip(path))) {
    yield* findInZip(path, name, stats.mtimeMs);
  } else if (stats.isFile()) {
    const { size, mtimeMs: modifiedMs } = stats;
    yield { name, path, key: path, size, modifiedMs, source: { path }, isNamed };
  }
}

async function* findInZip(path: string, name: string, modifiedMs: number): AsyncIterable<Found> {
  try {
    for await (const member of zipMembers(path, name)) {
      const shown = `${name}!${member.name}`;
      if ('error' in member) yield { name: shown, path, error: member.error };
      else {
        const { bytes } = member;
        const key = `${path}!${member.name}`;
        const size = bytes.byteLength;
        yield { name: shown, path, key, size, modifiedMs, source: { bytes }, isNamed: false };
      }
    }
  } catch (error) {
    yield { name, path, error: error instanceof WorkbenchError ? error : unreadable(path, error) };
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A file with DICOM's own extension is not looked into for a ZIP. */
function isCalledDicom(path: string): boolean {
  return /\.(?:dcm|dicom|ima)$/i.test(path);
}

/** By its first bytes, as Orthanc does; an unreadable file is not judged here. */
async function isZip(path: string): Promise<boolean> {
  const head = await readHead(path, 4).catch(() => Buffer.alloc(0));
  return head.equals(Buffer.of(0x50, 0x4b, 3, 4)) || head.equals(Buffer.of(0x50, 0x4b, 5, 6));
}

async function readHead(path: string, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function nothingMatches(pattern: string): WorkbenchError {
  return new WorkbenchError(
    'FILE_UNREADABLE',
    text('No file matches {pattern}. Check the pattern and the folder it starts from.', {
      pattern,
    }),
  );
}
