// Real servers and tools that tests use as peers. Debian packages them; elsewhere they are found by path.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** `files`: one of them proves the part, whoever has installed it. */
export const systemParts = [
  { name: 'chromium', files: ['chromium', 'chromium-browser', 'google-chrome'] },
  { name: 'orthanc', files: ['Orthanc', '/usr/sbin/Orthanc'] },
  {
    name: 'orthanc-dicomweb',
    files: [
      '/usr/share/orthanc/plugins/libOrthancDicomWeb.so',
      '/usr/lib/orthanc/libOrthancDicomWeb.so',
    ],
  },
  { name: 'dcmtk', files: ['storescu'] },
  { name: 'redis-server', files: ['redis-server'] },
  { name: 'python3-pydicom', files: ['/usr/lib/python3/dist-packages/pydicom'] },
  { name: 'fonts-noto-cjk', files: ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'] },
];

export function missingParts() {
  return systemParts.filter(({ files }) => !files.some(isThere)).map(({ name }) => name);
}

/** Installs what Debian has, as root; gives the names that are missing afterwards. */
export function installParts() {
  const missing = missingParts();
  if (missing.length === 0) return missing;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) return missing;
  console.error(`Installing with apt-get: ${missing.join(' ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 2] });
  // Debian starts a service after its installation; the tests start their own on free ports.
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
  if (apt('update', '-qq').status === 0) apt('install', ...options, ...missing);
  const stillMissing = missingParts();
  for (const name of missing) {
    if (!stillMissing.includes(name)) stopService(name);
  }
  return stillMissing;
}

function stopService(name) {
  const services = { orthanc: 'orthanc', 'redis-server': 'redis-server' };
  const service = services[name];
  if (service) spawnSync('service', [service, 'stop'], { stdio: 'ignore' });
}

function isThere(file) {
  if (path.isAbsolute(file)) return existsSync(file);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return [...folders, '/usr/sbin'].some((folder) => existsSync(path.join(folder, file)));
}
