// The mock servers as a child process that outlives a window reload and ends with the editor: it holds
// a lease that only a running window renews.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SuiteUrls } from '#core/control/wire.ts';
import { WorkbenchError } from '#core/errors.ts';
import { parseJson } from '#core/guards.ts';
import { text } from '#core/text.ts';
import { isSuiteUrls } from './mock-control.ts';

/** Long enough for the slowest reload of a window. */
export const LEASE_SECONDS = 60;
const START_LIMIT_MS = 30_000;
const POLL_MS = 25;

export type MockPorts = Readonly<Record<'openemr' | 'fhir' | 'orthanc' | 'dimse', number>>;

export interface SpawnOptions {
  readonly cliPath: string;
  readonly ports: MockPorts;
  /** Empty: in memory. */
  readonly dataDir: string;
  /** Receives what the servers print; a file, because a pipe would break at a window reload. */
  readonly logPath: string;
}

export interface StartedMocks {
  readonly pid: number;
  readonly urls: SuiteUrls;
}

/**
 * Starts the servers and waits until all are bound and seeded.
 *
 * @throws WorkbenchError `PORT_BUSY` | `SETTINGS_INVALID`; nothing is left running then
 */
export async function spawnMocks(
  { cliPath, ports, dataDir, logPath }: SpawnOptions,
  { signal }: { signal?: AbortSignal } = {},
): Promise<StartedMocks> {
  mkdirSync(dirname(logPath), { recursive: true });
  const output = openSync(logPath, 'w');
  const child = spawn(process.execPath, commandLine(cliPath, ports, dataDir), {
    detached: true,
    stdio: ['ignore', output, output],
    windowsHide: true,
    // biome-ignore lint/style/noProcessEnv: a child inherits the environment; in desktop VS Code execPath is Electron.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  closeSync(output);
  child.unref();
  try {
    return await untilReady(child, logPath, signal);
  } catch (error) {
    child.kill();
    throw (await busyPort(ports)) ?? error;
  }
}

function commandLine(cliPath: string, ports: MockPorts, dataDir: string): string[] {
  const portOptions = Object.entries(ports).map(([name, port]) => `--port-${name}=${port}`);
  const data = dataDir === '' ? [] : [`--data=${dataDir}`];
  return [cliPath, 'start', ...portOptions, `--lease=${LEASE_SECONDS}`, ...data];
}

async function untilReady(
  child: ChildProcess,
  logPath: string,
  signal: AbortSignal | undefined,
): Promise<StartedMocks> {
  let spawnError: unknown;
  child.once('error', (error) => {
    spawnError = error;
  });
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end; await delay(POLL_MS)) {
    signal?.throwIfAborted();
    const urls = readyUrls(await readFile(logPath, 'utf8'));
    if (urls && child.pid !== undefined) return { pid: child.pid, urls };
    if (spawnError !== undefined || child.exitCode !== null || child.signalCode !== null) {
      throw endedEarly(spawnError);
    }
  }
  throw endedEarly(undefined);
}

/** The one line that the servers print when all are bound and seeded. */
export function readyUrls(output: string): SuiteUrls | undefined {
  const json = /^READY (\{.*\})\r?$/m.exec(output)?.[1];
  if (json === undefined) return undefined;
  const value = parseJson(json);
  return isSuiteUrls(value) ? value : undefined;
}

function endedEarly(cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      'The mock servers ended before they were ready. The log shows why; then start them again.',
    ),
    { cause },
  );
}

/** Asked after a failed start only: before it, another program could still take the port. */
async function busyPort(ports: MockPorts): Promise<WorkbenchError | undefined> {
  for (const port of Object.values(ports)) {
    if (port !== 0 && !(await canBind(port))) return portBusy(port);
  }
  return undefined;
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function portBusy(port: number): WorkbenchError {
  return new WorkbenchError(
    'PORT_BUSY',
    text(
      'The mock servers did not start because port {port} is used by another program. Stop that program or use free ports.',
      { port },
    ),
  );
}
