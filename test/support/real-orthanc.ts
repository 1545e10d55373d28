// Starts Debian's Orthanc on free ports with a configuration and storage of its own, as facts of the recordings
// have it: the one of bookworm that is installed, or the one of trixie that `npm test` unpacks beside it.
// Says why when it cannot.
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { newerOrthanc } from '../../build/newer-orthanc.mjs';

export const realVersions = ['1.10.1', newerOrthanc.version] as const;
export type RealVersion = (typeof realVersions)[number];

export interface RealOrthanc {
  readonly url: string;
  readonly dicomPort: number;
  readonly pid: number;
  close(): Promise<void>;
}

export interface RealOrthancOptions {
  /** The one of bookworm unless given. */
  readonly version?: RealVersion;
  /** Orthanc's own configuration keys, over the ones given here. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const startLimitMs = 15_000;

/** How a version is run on this machine. */
interface Installation {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The GDCM plugin stays out: with it these versions crash when they transcode. */
  readonly plugins: readonly string[];
  /** What a person does to have it. */
  readonly cure: string;
}

const installations: Readonly<Record<RealVersion, () => Installation>> = {
  '1.10.1': () => ({
    command: ['/usr/sbin/Orthanc'],
    env: {},
    plugins: globSync('/usr/share/orthanc/plugins/libOrthancDicomWeb.so*').slice(0, 1),
    cure: 'apt-get install orthanc orthanc-dicomweb',
  }),
  '1.12.7': () => {
    const usr = join(newerOrthanc.folder, 'usr');
    const [loader = join(usr, 'lib/ld.so')] = globSync(join(usr, 'lib/*/ld-linux-*.so.*'));
    const dictionaries = ['dicom.dic', 'private.dic'].map((name) => join(usr, 'share/dcmtk', name));
    return {
      command: [loader, '--library-path', dirname(loader), join(usr, 'sbin/Orthanc')],
      env: { DCMDICTPATH: dictionaries.join(':') },
      plugins: globSync(join(usr, 'share/orthanc/plugins/libOrthancDicomWeb.so')),
      cure: '`npm test` unpacks it where apt-get reaches Debian trixie',
    };
  },
};

/** Why the real server cannot be started on this machine; undefined when it can. */
export function missingRealOrthanc(version: RealVersion = '1.10.1'): string | undefined {
  const { command, plugins, cure } = installations[version]();
  const programs = command.filter((part) => part.startsWith('/'));
  if (plugins.length > 0 && programs.every((program) => existsSync(program))) return undefined;
  return `Orthanc ${version} with its DICOMweb plugin is not there (${cure})`;
}

export async function startRealOrthanc({
  version = '1.10.1',
  config = {},
}: RealOrthancOptions = {}): Promise<RealOrthanc> {
  const { command, env, plugins } = installations[version]();
  const [executable = '', ...args] = command;
  const folder = await mkdtemp(join(tmpdir(), 'real-orthanc-'));
  const [httpPort, dicomPort] = await Promise.all([freePort(), freePort()]);
  const file = join(folder, 'orthanc.json');
  const settings: Readonly<Record<string, unknown>> = {
    ...configuration(folder, httpPort, dicomPort),
    Plugins: plugins,
    ...config,
  };
  await writeFile(file, JSON.stringify(settings));
  const child = spawn(executable, [...args, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
    env: { ...process.env, ...env },
  });
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
