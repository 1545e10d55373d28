// Header of a file of 1 GB: its time, and how much the process grows by it.
import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readHeader } from '#core/dicom/header.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import type { Benchmark } from './harness.ts';

const fixture = fileURLToPath(new URL('../fixtures/demo/hong-brain-ct-1.dcm', import.meta.url));
const GIGABYTE = 1024 ** 3;
const growthScript = fileURLToPath(new URL('header-growth.mjs', import.meta.url));

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'header of a 1 GB DICOM file',
    unit: 'ms',
    goal: { atMost: 5 },
    rounds: 9,
    prepare: () =>
      withLargeFile(async (file) => {
        const startedAt = performance.now();
        await readHeader(file);
        return performance.now() - startedAt;
      }),
  },
  {
    name: 'growth of the process by that header',
    unit: 'MB',
    goal: { atMost: 20 },
    rounds: 5,
    prepare: () =>
      withLargeFile(async (file) => {
        const { stdout } = await promisify(execFile)(process.execPath, [growthScript, file]);
        return Number(stdout);
      }),
  },
];

async function withLargeFile(measureFile: (file: string) => Promise<number>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-header-'));
  const file = path.join(folder, 'large.dcm');
  await makeLargeFile(file);
  return {
    subject: () => measureFile(file),
    close: () => rm(folder, { recursive: true }),
  };
}

/** The fixture with pixel data that the file system keeps as a hole. */
async function makeLargeFile(file: string): Promise<void> {
  const source = await readFile(fixture);
  const pixels = readPart10(source).dataset.elements.find(({ tag }) => tag === '7FE00010');
  if (!pixels) throw new Error('The fixture has no pixel data.');
  const start = source.length - pixels.length;
  const head = Buffer.from(source.subarray(0, start));
  // Explicit VR OW: the four bytes before the value are its length (PS3.5 7.1.2).
  head.writeUInt32LE(GIGABYTE, start - 4);
  const handle = await open(file, 'w');
  await handle.write(head);
  await handle.truncate(start + GIGABYTE);
  await handle.close();
}
