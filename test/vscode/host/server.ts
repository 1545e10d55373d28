// The server half of VS Code (workbench files, extension host), and the Chromium that shows its workbench.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import type { InstalledHost } from './install.ts';

export interface ServerOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Extensions to install before the start. */
  readonly vsix?: readonly string[];
  /** Lets the page name an extension under development and its tests, and hides notification toasts. */
  readonly smokeTestDriver?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Display language, such as `ko`; the words of VS Code itself stay English. */
  readonly locale?: string;
}

export interface VscodeServer {
  readonly port: number;
  readonly dataDir: string;
  output(): string;
  /** Exit code of the last extension host, 128 when a signal ended it, undefined when it did not end. */
  extensionHostExit(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** Debian's, unless CHROMIUM names another. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const START_LIMIT_MS = 60_000;

/** Nothing that asks the network, pops up or moves between two runs. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // Off as on a desktop; in a browser VS Code would save while one types.
  'files.autoSave': 'off',
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export async function startServer(
  host: InstalledHost,
  { settings, vsix = [], smokeTestDriver = false, env, locale }: ServerOptions = {},
): Promise<VscodeServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'openemr-workbench-vscode-'));
  const folders = ['--server-data-dir', dataDir, '--extensions-dir', join(dataDir, 'extensions')];
  mkdirSync(join(dataDir, 'data/User'), { recursive: true });
  writeFileSync(
    join(dataDir, 'data/User/settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }),
  );
  for (const file of vsix) {
    await promisify(execFile)(process.execPath, [
      host.serverMain,
      ...folders,
      '--install-extension',
      resolve(file),
    ]);
  }
  if (locale !== undefined) addLanguage(dataDir, locale);
  const child = spawn(
    process.execPath,
    [
      host.serverMain,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', ...folders],
      ...['--accept-server-license-terms', '--disable-telemetry', '--disable-experiments'],
      ...['--disable-workspace-trust', '--log', 'info'],
      ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
      ...(locale === undefined ? [] : ['--locale', locale]),
    ],
    {
      // Sockets of VS Code go into the data folder, else every run leaves some in /tmp.
      env: { ...process.env, XDG_RUNTIME_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error('The VS Code server could not be started.');
  let output = '';
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const port = await new Promise<number>((found, reject) => {
    const fail = (why: string) => reject(new Error(`The VS Code server ${why}:\n${output}`));
    const timer = setTimeout(() => fail('did not start in time'), START_LIMIT_MS);
    void ended.then(() => fail('ended at once'));
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const match = /Extension host agent listening on (\d+)/.exec(output);
      if (!match) return;
      clearTimeout(timer);
      found(Number(match[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });

  return {
    port,
    dataDir,
    output: () => output,
    async extensionHostExit() {
      for (const end = Date.now() + 3000; Date.now() < end; await delay(50)) {
        const all = output.matchAll(
          /Extension Host Process exited with code: (\w+), signal: (\w+)/g,
        );
        const last = [...all].at(-1);
        if (last) return last[1] === 'null' ? 128 : Number(last[1]);
      }
      return undefined;
    },
    async stop() {
      // Its own process group: server, extension host, terminal host, file watcher.
      signalGroup(pid, 'SIGTERM');
      await Promise.race([ended, delay(3000)]);
      signalGroup(pid, 'SIGKILL');
      await ended;
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/**
 * VS Code takes another language only from a language pack. The official ones are not on npm, so this
 * one is registered as VS Code itself does after an installation, and has no words of its own: the
 * strings of extensions are then shown in that language, those of VS Code in English.
 */
function addLanguage(dataDir: string, locale: string): void {
  const words = join(dataDir, 'data', `words.${locale}.json`);
  writeFileSync(words, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = {
    hash: `empty-${locale}`,
    label: locale,
    extensions: [{ extensionIdentifier: { id: `test.language-pack-${locale}` }, version: '1.0.0' }],
    translations: { vscode: words },
  };
  writeFileSync(join(dataDir, 'data/languagepacks.json'), JSON.stringify({ [locale]: pack }));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** `localhost`, because only there may a page of plain http use the service worker of webviews. */
export function workbenchUrl(
  port: number,
  { folder, payload = [] }: { folder?: string; payload?: readonly (readonly [string, string])[] },
): string {
  const query = new URLSearchParams();
  if (folder !== undefined) query.set('folder', resolve(folder));
  query.set('payload', JSON.stringify([...payload, ['skipWelcome', 'true']]));
  return `http://localhost:${port}/?${query}`;
}

/** A path on the server as the workbench names it. */
export function remotePath(port: number, path: string): string {
  return `vscode-remote://localhost:${port}${resolve(path)}`;
}
