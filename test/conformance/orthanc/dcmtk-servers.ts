// Servers of DCMTK, for suites that take them as modalities: an archive and a worklist server.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '#test/support/real-orthanc.ts';
import { real } from './both-servers.ts';

const run = promisify(execFile);

export interface DcmtkServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Why a suite with Debian's Orthanc and DCMTK cannot run here; undefined when it can. */
export function whyMissing(): string | undefined {
  const isThere = ['dcmqrscp', 'wlmscpfs'].every((name) => existsSync(`/usr/bin/${name}`));
  return isThere ? real.missing() : 'dcmtk is not installed (apt-get install dcmtk)';
}

/** The archive ARCHIVE, which sends to ORTHANC at this port and has these files. */
export async function startArchive(
  orthancPort: number,
  files: readonly string[],
): Promise<DcmtkServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dcmtk-archive-'));
  const port = await freePort();
  await mkdir(path.join(folder, 'archive'));
  const config = `NetworkTCPPort = ${port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
orthanc = (ORTHANC, localhost, ${orthancPort})
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE ${folder}/archive RW (200, 1024mb) ANY
AETable END
`;
  await writeFile(path.join(folder, 'archive.cfg'), config);
  const server = await started('dcmqrscp', ['-c', path.join(folder, 'archive.cfg')], port, folder);
  await run('storescu', ['-aec', 'ARCHIVE', '127.0.0.1', String(port), ...files]);
  return server;
}

/** The worklist server WORK with one entry, in the notation of dump2dcm. */
export async function startWorklist(entry: string): Promise<DcmtkServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dcmtk-worklist-'));
  const port = await freePort();
  await mkdir(path.join(folder, 'WORK'));
  await writeFile(path.join(folder, 'WORK/lockfile'), '');
  await writeFile(path.join(folder, 'item.dump'), entry);
  await run('dump2dcm', [path.join(folder, 'item.dump'), path.join(folder, 'WORK/item.wl')]);
  return started('wlmscpfs', ['-dfp', folder, String(port)], port, folder);
}

async function started(
  program: string,
  args: readonly string[],
  port: number,
  folder: string,
): Promise<DcmtkServer> {
  const process = spawn(program, args, { stdio: 'ignore' });
  await untilListening(port);
  return { port, close: () => stopped(process, folder) };
}

async function stopped(process: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGKILL');
  await ended;
  await rm(folder, { recursive: true, force: true });
}

async function untilListening(port: number): Promise<void> {
  for (const endAt = Date.now() + 10_000; Date.now() < endAt; ) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(10);
  }
  throw new Error(`Nobody listens on ${port}`);
}
