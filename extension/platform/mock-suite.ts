// State of the mock servers as this window knows it: stopped, starting, running; found again after a reload.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { SuiteUrls } from '#core/control/wire.ts';
import { WorkbenchError } from '#core/errors.ts';
import { hasShape, isNumber, parseJson } from '#core/guards.ts';
import type { Logger } from '#core/log.ts';
import { text } from '#core/text.ts';
import { askHealth, isSuiteUrls, readHealth, renewLease } from './mock-control.ts';
import { LEASE_SECONDS, type MockPorts, spawnMocks } from './mock-process.ts';

export type MockState = { readonly kind: 'stopped' } | { readonly kind: 'starting' } | RunningMocks;

interface RunningMocks {
  readonly kind: 'running';
  readonly pid: number;
  readonly urls: SuiteUrls;
  readonly startedAtMs: number;
  /** Ends without our heartbeat; otherwise somebody else keeps it running. */
  readonly isLeased: boolean;
}

export interface MockSuite extends vscode.Disposable {
  readonly state: MockState;
  readonly onDidChange: vscode.Event<MockState>;
  /**
   * Joins servers that this or another window has started before, else those at a port.
   *
   * @param port - 0 for none
   */
  attach(port: number): Promise<void>;
  /** @returns false when they were running already */
  start(ports: MockPorts, dataDir: string, options?: { signal?: AbortSignal }): Promise<boolean>;
  stop(): Promise<void>;
}

const isSaved = hasShape({ pid: isNumber, urls: isSuiteUrls });
const STOP_LIMIT_MS = 5000;

export function createMockSuite({
  storagePath,
  cliPath,
  log,
  beatMs = (LEASE_SECONDS * 1000) / 6,
}: {
  storagePath: string;
  cliPath: string;
  log: Logger;
  /** How often the servers are asked whether they still run, and told that somebody uses them. */
  beatMs?: number;
}): MockSuite {
  const statePath = join(storagePath, 'mock-servers.json');
  // One for each window, so that none reads the READY line of another's servers.
  const logPath = join(storagePath, `mock-servers-${process.pid}.log`);
  const changed = new vscode.EventEmitter<MockState>();
  let state: MockState = { kind: 'stopped' };
  let heartbeat: NodeJS.Timeout | undefined;

  const become = (next: MockState) => {
    state = next;
    clearInterval(heartbeat);
    if (next.kind === 'running') heartbeat = setInterval(() => void beat(), beatMs).unref();
    changed.fire(next);
  };
  const beat = async () => {
    const known = state;
    if (known.kind !== 'running') return;
    const isRunning = await renewed(known);
    // What is said of servers that this window has left meanwhile is old news
    if (!isRunning && state === known) become({ kind: 'stopped' });
  };
  /** Slowness is no end: the next heartbeat asks again. */
  const renewed = async ({ pid, urls, isLeased }: RunningMocks): Promise<boolean> => {
    try {
      const health = await askHealth(anyUrl(urls));
      if (health?.pid !== pid) return false;
      if (isLeased) await renewLease(anyUrl(urls), LEASE_SECONDS);
      return true;
    } catch (error) {
      log.warn('mock servers did not answer', { cause: error });
      return !isRefused(error);
    }
  };
  const joinAt = async (url: string): Promise<boolean> => {
    const health = await readHealth(url);
    if (health?.status !== 'ready') return false;
    const { pid, urls, startedAtMs, lease } = health;
    become({ kind: 'running', pid, urls, startedAtMs, isLeased: lease !== undefined });
    await beat();
    return true;
  };

  const joinSaved = async (): Promise<boolean> => {
    const saved = await readSaved(statePath);
    return saved !== undefined && joinAt(anyUrl(saved.urls));
  };

  return {
    get state() {
      return state;
    },
    onDidChange: changed.event,
    async attach(port) {
      if (state.kind !== 'stopped' || (await joinSaved()) || port === 0) return;
      await joinAt(`http://127.0.0.1:${port}`);
    },
    async start(ports, dataDir, options) {
      if (state.kind !== 'stopped') return false;
      become({ kind: 'starting' });
      try {
        if (await joinSaved()) return false;
        if (ports.openemr !== 0 && (await joinAt(`http://127.0.0.1:${ports.openemr}`)))
          return false;
        const { pid, urls } = await spawnMocks({ cliPath, ports, dataDir, logPath }, options);
        await mkdir(dirname(statePath), { recursive: true });
        await writeFile(statePath, JSON.stringify({ pid, urls }));
        become({ kind: 'running', pid, urls, startedAtMs: Date.now(), isLeased: true });
        log.info('mock servers ready');
        return true;
      } catch (error) {
        become({ kind: 'stopped' });
        throw error;
      }
    },
    async stop() {
      if (state.kind !== 'running') return;
      const { pid, urls } = state;
      // Never by number alone: after a crash the id may belong to another program, and a server behind
      // a forwarded port reports an id of another machine.
      const health = await readHealth(anyUrl(urls));
      if (health?.pid === pid) {
        const saved = await readSaved(statePath);
        if (saved?.pid !== pid) throw startedElsewhere();
        process.kill(pid, 'SIGTERM');
        await untilGone(anyUrl(urls));
      }
      await rm(statePath, { force: true });
      await rm(logPath, { force: true });
      become({ kind: 'stopped' });
    },
    dispose() {
      clearInterval(heartbeat);
      changed.dispose();
    },
  };
}

async function readSaved(path: string): Promise<{ pid: number; urls: SuiteUrls } | undefined> {
  try {
    const value = parseJson(await readFile(path, 'utf8'));
    return isSaved(value) ? value : undefined;
  } catch {
    return undefined; // none yet, or torn by a crash: then there is nothing to join
  }
}

function startedElsewhere(): WorkbenchError {
  return new WorkbenchError(
    'STARTED_ELSEWHERE',
    text(
      'These mock servers were not started by VS Code. End them where they run: Ctrl+C, or "openemr-workbench stop".',
    ),
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

/** Every server answers for the whole suite. */
function anyUrl({ openemr, fhir, orthanc }: SuiteUrls): string {
  return openemr ?? fhir ?? orthanc ?? 'http://127.0.0.1:0';
}

async function untilGone(url: string): Promise<void> {
  for (const end = Date.now() + STOP_LIMIT_MS; Date.now() < end; await delay(50)) {
    if ((await readHealth(url)) === undefined) return;
  }
}
