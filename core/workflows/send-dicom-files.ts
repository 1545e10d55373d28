// From what a person chose (files, folders, ZIPs, patterns) to single DICOM files, in a steady order.
// A ZIP's members are unpacked one after another and never all at once.
import type { Dirent } from 'node:fs';
import { glob, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { WorkbenchError } from '../errors.ts';
import { unreadable } from '../file-error.ts';
import { text } from '../text.ts';
import type { Disk } from './send-dicom-disk.ts';
import type { Look } from './send-dicom-disk-thread.ts';
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

/** Files of a folder that are asked about together. */
const ASKED_AT_ONCE = 64;
const byNumber = new Intl.Collator('en', { numeric: true });

/** Walks everything chosen; nothing is left out silently. */
export async function* findFiles(
  inputs: readonly string[],
  disk: Disk,
): AsyncGenerator<Found, void, undefined> {
  for (const input of inputs) yield* findIn(input, disk);
}

export function isUnusable(found: Found): found is Unusable {
  return 'error' in found;
}

async function* findIn(input: string, disk: Disk): AsyncIterable<Found> {
  const look = await lookAt(input, disk);
  if (look instanceof Error) {
    const isPattern = /[*?[\]{}]/.test(input);
    yield* isPattern
      ? findMatches(input, disk)
      : [{ name: input, path: input, error: unreadable(input, look) }];
  } else if (look.kind === 'folder') {
    yield* findInFolder(input, input, disk);
  } else {
    yield* findInFile(input, input, true, look);
  }
}

async function* findMatches(pattern: string, disk: Disk): AsyncIterable<Found> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) matches.push(match);
  if (matches.length === 0) yield { name: pattern, path: pattern, error: nothingMatches(pattern) };
  for (const match of matches.sort()) {
    const look = await lookAt(match, disk);
    if (look instanceof Error || look.kind === 'file') yield* findInFile(match, match, false, look);
  }
}

async function* findInFolder(folder: string, root: string, disk: Disk): AsyncIterable<Found> {
  const nameOf = (path: string) => relative(join(root, '..'), path);
  let entries: readonly Dirent[];
  try {
    entries = await readFolder(folder);
  } catch (cause) {
    yield { name: nameOf(folder), path: folder, error: unreadable(folder, cause) };
    return;
  }
  for (let at = 0; at < entries.length; at += ASKED_AT_ONCE) {
    const some = entries.slice(at, at + ASKED_AT_ONCE);
    for (const { path, look } of await lookAtFiles(folder, some, disk)) {
      if (look === undefined) yield* findInFolder(path, root, disk);
      else yield* findInFile(path, nameOf(path), false, look);
    }
  }
}

async function readFolder(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || entry.isFile() || entry.isSymbolicLink())
    .sort((a, b) => byNumber.compare(a.name, b.name));
}

/** Folders stay without a look. Links to folders are not followed: they may lead back. */
async function lookAtFiles(folder: string, entries: readonly Dirent[], disk: Disk) {
  const paths = new Map(entries.map((entry) => [entry, join(folder, entry.name)]));
  const files = entries.filter((entry) => !entry.isDirectory());
  const answers =
    files.length === 0 ? [] : await disk.look(files.map((entry) => paths.get(entry) ?? ''));
  const looks = new Map(files.map((entry, index) => [entry, answers[index]]));
  return entries.map((entry) => ({ path: paths.get(entry) ?? '', look: looks.get(entry) }));
}

async function* findInFile(
  path: string,
  name: string,
  isNamed: boolean,
  look: Look | Error,
): AsyncIterable<Found> {
  if (look instanceof Error) {
    yield { name, path, error: unreadable(path, look) };
  } else if (look.isZip) {
    yield* findInZip(path, name, look.modifiedMs);
  } else if (look.kind === 'file') {
    const { size, modifiedMs } = look;
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

async function lookAt(path: string, disk: Disk): Promise<Look | Error> {
  const [look] = await disk.look([path]);
  return look ?? new TypeError('no answer');
}

function nothingMatches(pattern: string): WorkbenchError {
  return new WorkbenchError(
    'FILE_UNREADABLE',
    text('No file matches {pattern}. Check the pattern and the folder it starts from.', {
      pattern,
    }),
  );
}
