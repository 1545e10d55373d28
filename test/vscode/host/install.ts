// Puts a real VS Code from the npm registry under .vscode-test/: the one inside code-server, whose
// server half runs a Node extension host. No download from elsewhere and no compiler is needed.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** code-server 4.139.1 carries VS Code 1.139.1 and wants Node 24. */
const VERSION = '4.139.1';
const LOCK_WAIT_MS = 300_000;

export interface InstalledHost {
  /** Folder of VS Code itself, with `out/server-main.js`. */
  readonly vscodeDir: string;
  readonly serverMain: string;
}

/** Installs what is missing and returns where it lies. Safe to call from two runs at once. */
export async function installHost(root: string): Promise<InstalledHost> {
  const dir = join(root, '.vscode-test', `code-server-${VERSION}`);
  const vscodeDir = join(dir, 'node_modules/code-server/lib/vscode');
  const host = { vscodeDir, serverMain: join(vscodeDir, 'out/server-main.js') };
  const done = join(dir, 'installed');
  if (existsSync(done)) return host;
  mkdirSync(dir, { recursive: true });
  const unlock = await lock(join(dir, 'lock'));
  try {
    if (existsSync(done)) return host;
    writeFileSync(join(dir, 'package.json'), '{"private":true}\n');
    // Without scripts: eight natives would be compiled, one of them (kerberos) needs system headers.
    await npm(dir, 'install', '--save-exact', `code-server@${VERSION}`);
    await npm(vscodeDir, 'install', '--omit=dev');
    await npm(join(vscodeDir, 'extensions'), 'install', '--omit=dev');
    writeFileSync(done, VERSION);
    return host;
  } finally {
    unlock();
  }
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
  };
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', [...args, ...options], { cwd, env, maxBuffer: 16 * 1024 * 1024 });
}

/** A folder is made or is not: the one atomic step that every file system has. */
async function lock(path: string): Promise<() => void> {
  const owner = join(path, 'pid');
  for (const end = Date.now() + LOCK_WAIT_MS; ; await delay(250)) {
    try {
      mkdirSync(path);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (!isExists(error)) throw error;
    }
    if (existsSync(owner) && !isAlive(Number(readFileSync(owner, 'utf8')))) {
      rmSync(path, { recursive: true, force: true });
    } else if (Date.now() > end) {
      throw new Error(`Another installation still holds ${path}; remove the folder if none runs.`);
    }
  }
}

function isExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: the owner died without unlocking
  }
}
