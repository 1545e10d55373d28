// The Orthanc of Debian trixie, unpacked into an ignored folder: the version that the mock emulates unless
// told otherwise. apt resolves it as if nothing were installed, so that it comes with every library that it
// runs with. Needs neither root nor an entry in the system's sources.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const parts = fileURLToPath(new URL('../.test-parts', import.meta.url));

export const newerOrthanc = { version: '1.12.7', folder: path.join(parts, 'orthanc-1.12.7') };

const source =
  'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main\n';
/** Documentation and sources of locales are the other half of the packages. */
const kept = ['usr/sbin', 'usr/lib', 'usr/share/orthanc', 'usr/share/dcmtk'];
const limitMs = 120_000;

/** Unpacks it where it is not there yet; gives the reason when it cannot be had. */
export function unpackNewerOrthanc() {
  const { version, folder } = newerOrthanc;
  if (existsSync(folder)) return undefined;
  if (process.platform !== 'linux') return 'Debian packages run on Linux only';
  mkdirSync(parts, { recursive: true });
  const work = mkdtempSync(path.join(parts, 'unpacking-'));
  try {
    console.error(`Unpacking Orthanc ${version} of Debian trixie (once, 53 MB) ...`);
    unpackIn(work);
    // Another run may have been faster; its folder is as good.
    if (!existsSync(folder)) renameSync(path.join(work, 'kept'), folder);
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function unpackIn(work) {
  const apt = aptWithin(work);
  apt('update');
  apt('install', '--download-only', '--yes', '--no-install-recommends', 'orthanc-dicomweb');
  const archives = globSync(path.join(work, 'cache/archives/*.deb'));
  const { version } = newerOrthanc;
  if (!archives.some((file) => path.basename(file).startsWith(`orthanc_${version}`))) {
    throw new Error(`Debian trixie has another version than ${version} now`);
  }
  const whole = path.join(work, 'whole');
  for (const file of archives) run('dpkg-deb', ['--extract', file, whole]);
  for (const folder of kept) {
    mkdirSync(path.dirname(path.join(work, 'kept', folder)), { recursive: true });
    renameSync(path.join(whole, folder), path.join(work, 'kept', folder));
  }
}

/** apt-get with lists, cache and an empty list of installed packages of its own. */
function aptWithin(work) {
  for (const folder of ['state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(path.join(work, folder), { recursive: true });
  }
  writeFileSync(path.join(work, 'status'), '');
  writeFileSync(path.join(work, 'sources.list'), source);
  const options = {
    'Dir::State': path.join(work, 'state'),
    'Dir::State::status': path.join(work, 'status'),
    'Dir::Cache': path.join(work, 'cache'),
    'Dir::Etc::sourcelist': path.join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Acquire::Languages': 'none',
    // Root's downloads are otherwise those of a user that may not look into the folder.
    'APT::Sandbox::User': '',
    // An `update` that reaches nobody is an error here.
    'APT::Update::Error-Mode': 'any',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return (...args) => run('apt-get', ['-qq', ...flags, ...args]);
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: limitMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command}: ${stderr.trim().split('\n', 1)[0]}`);
}
