// Starts Debian's Orthanc on free ports with a configuration and storage of its own, as
// facts of the recordings have it; says why when it cannot.
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RealOrthanc {
  readonly url: string;
  readonly dicomPort: number;
  readonly pid: number;
  close(): Promise<void>;
}

export interface RealOrthancOptions {
  /** Orthanc's own configuration keys, over the ones given here. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const executable = '/usr/sbin/Orthanc';
const startLimitMs = 15_000;

/** Why the real server cannot be started on this machine; undefined when it can. */
export function missingRealOrthanc(): string | undefined {
  if (!existsSync(executable)) return 'Orthanc is not installed (apt-get install orthanc)';
  if (dicomWebPlugins().length === 0) {
    return 'Orthanc has no DICOMweb plugin (apt-get install orthanc-dicomweb)';
  }
  return undefined;
}

export async function startRealOrthanc({
  config = {},
}: RealOrthancOptions = {}): Promise<RealOrthanc> {
  const folder = await mkdtemp(join(tmpdir(), 'real-orthanc-'));
  const [httpPort, dicomPort] = await Promise.all([freePort(), freePort()]);
  const file = join(folder, 'orthanc.json');
  const settings: Readonly<Record<string, unknown>> = {
    ...configuration(folder, httpPort, dicomPort),
    ...config,
  };
  await writeFile(file, JSON.stringify(settings));
  const child = spawn(executable, [file], { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const close = async () => {
    // A clean end takes it three seconds, and its folder goes anyway.
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${httpPort}`;
  try {
    await untilAnswering(url, () => child.exitCode === null);
  } catch (error) {
    await close();
    throw new Error(`The real Orthanc did not start: ${log}`, { cause: error });
  }
  return { url, dicomPort: Number(settings['DicomPort']), pid: child.pid ?? 0, close };
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}

function configuration(folder: string, httpPort: number, dicomPort: number) {
  return {
    Name: 'GOLDEN',
    StorageDirectory: join(folder, 'storage'),
    IndexDirectory: join(folder, 'index'),
    Plugins: dicomWebPlugins(),
    HttpPort: httpPort,
    HttpBindAddresses: ['127.0.0.1'],
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomPort: dicomPort,
    DicomAet: 'ORTHANC',
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomAlwaysAllowMove: true,
    DicomModalities: { self: ['ORTHANC', '127.0.0.1', dicomPort] },
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: true, WadoRoot: '/wado' },
  };
}

/** The GDCM plugin stays out: with it these versions crash when they transcode. */
function dicomWebPlugins(): string[] {
  return globSync('/usr/share/orthanc/plugins/libOrthancDicomWeb.so*').slice(0, 1);
}

async function untilAnswering(url: string, isAlive: () => boolean): Promise<void> {
  const limit = Date.now() + startLimitMs;
  for (;;) {
    try {
      const response = await fetch(`${url}/system`);
      await response.arrayBuffer();
      if (response.ok) return;
    } catch (error) {
      // Not listening yet
      if (!isAlive() || Date.now() > limit) throw error;
    }
    await delay(20);
  }
}
