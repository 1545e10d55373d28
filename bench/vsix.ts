import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageExtension, sizeOf } from '#test/ui/package-vsix.ts';
import type { Benchmark } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const MEGABYTE = 1024 ** 2;

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'size of the VSIX',
    unit: 'MB',
    goal: { atMost: 2.5 },
    // A size does not vary.
    rounds: 1,
    async prepare() {
      const folder = await mkdtemp(path.join(tmpdir(), 'bench-vsix-'));
      const file = await packageExtension(root, folder);
      return {
        subject: async () => sizeOf(file) / MEGABYTE,
        close: () => rm(folder, { recursive: true }),
      };
    },
  },
];
