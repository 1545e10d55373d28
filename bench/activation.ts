import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark } from './harness.ts';

const runner = fileURLToPath(new URL('../test/vscode/run.mjs', import.meta.url));

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'activation in a real VS Code',
    unit: 'ms',
    goal: { atMost: 30 },
    rounds: 3,
    prepare: async () => ({ subject: activationMs, close: async () => undefined }),
  },
];

/** As the test inside VS Code prints it, the round trip to the extension host included. */
async function activationMs(): Promise<number> {
  const env = { ...process.env, VSCODE_VERBOSE: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [runner, 'activation'], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const tookMs = /activate\(\) took ([\d.]+) ms/.exec(stderr)?.[1];
  if (tookMs === undefined) throw new Error(`VS Code did not say how long it took:\n${stdout}`);
  return Number(tookMs);
}
