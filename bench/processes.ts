// Servers as processes of their own, measured from the outside.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SuiteUrls } from '#core/control/wire.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { SkipBenchmark } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const orthanc = '/usr/sbin/Orthanc';

export interface ServerProcess {
  readonly startMs: number;
  readonly urls: SuiteUrls;
  stop(): Promise<void>;
}

/** The bundled command line on free ports, until its READY line. */
export async function startBundledMocks(...options: string[]): Promise<ServerProcess> {
  const ports = ['openemr', 'fhir', 'orthanc', 'dimse'].map((name) => `--port-${name}=0`);
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [path.join(root, 'dist/cli.mjs'), 'start', ...ports, ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const startMs = performance.now() - startedAt;
  const urls = parseJson(line.replace(/^READY /, '')) as SuiteUrls;
  return { startMs, urls, stop: () => end(child) };
}

/** The real Orthanc alone, until `/system` answers. */
export async function startRealOrthanc(): Promise<ServerProcess> {
  if (!existsSync(orthanc)) throw new SkipBenchmark('orthanc is not installed');
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-orthanc-'));
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
  const configuration = {
    Name: 'bench',
    StorageDirectory: path.join(folder, 'storage'),
    IndexDirectory: path.join(folder, 'storage'),
    HttpPort: httpPort,
    DicomPort: dicomPort,
    AuthenticationEnabled: false,
    RemoteAccessAllowed: false,
  };
  const file = path.join(folder, 'orthanc.json');
  await writeFile(file, JSON.stringify(configuration));
  const url = `http://127.0.0.1:${httpPort}`;
  const startedAt = performance.now();
  const child = spawn(orthanc, [file], { stdio: 'ignore' });
  while (!(await answers(`${url}/system`))) await delay(2);
  return {
    startMs: performance.now() - startedAt,
    urls: { orthanc: url },
    async stop() {
      // It takes seconds to end in good order, and nobody needs what it has stored.
      await end(child, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A script of this folder that prints its URL as its first line. */
export async function startScript(name: string, ...args: string[]): Promise<ServerProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'bench', name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { startMs: performance.now() - startedAt, urls: { fhir: url }, stop: () => end(child) };
}

/** @throws SkipBenchmark where the memory of a process cannot be seen */
export function requireProc(): void {
  if (!existsSync('/proc/self/status')) throw new SkipBenchmark('there is no /proc');
}

/** What mock servers hold of the machine's memory and held at most, in MB. */
export async function memoryOf({
  urls,
}: ServerProcess): Promise<{ readonly now: number; readonly peak: number }> {
  const health: unknown = await (await fetch(`${urls.openemr}/__admin/health`)).json();
  const pid = isRecord(health) ? health['pid'] : undefined;
  if (typeof pid !== 'number') throw new Error('The mock servers do not say their process id');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}
