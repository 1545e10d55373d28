#!/usr/bin/env node
// What `npm start`, `npm test` and the others run. Plain JavaScript for any Node from 20 on: it installs
// what is missing, then goes on under the Node 24 of the pinned devDependency.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node24 = path.join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Each task is a script that runs under Node 24. */
const tasks = {
  start: ['build/start.mjs'],
  test: ['build/test.mjs'],
  build: ['build/bundle.mjs'],
  check: ['build/check.mjs'],
  bench: ['bench/main.ts'],
  cli: ['build/cli.mjs'],
  code: ['build/code.mjs'],
  package: ['build/package.mjs'],
};

const [task = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task)) {
  console.error(`usage: npm run ${Object.keys(tasks).join('|')}`);
  process.exit(2);
}
if (!isInstalled()) install();
await continueUnderNode24([...tasks[task], ...args]);

/** Every package of the lock file is there in the version that it names. */
function isInstalled() {
  const installed = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed) || !existsSync(node24)) return false;
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  const present = packagesOf(installed);
  return Object.entries(wanted).every(
    ([place, { version, optional, peer }]) =>
      place === '' || optional || peer || present[place]?.version === version,
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * `npm ci` would be the word, but refuses a lock file without the optional packages of other platforms,
 * and some registries do not carry those. `install --no-save` takes the versions of the lock file as
 * well, and what came of it is checked.
 */
function install() {
  console.error('Installing the packages of package-lock.json (once, about a minute) ...');
  // The packages node and esbuild fetch their binaries in an install script (package.json allowScripts).
  const flags = ['--no-save', '--include=dev', '--ignore-scripts=false', '--no-audit', '--no-fund'];
  const args = ['install', ...flags, '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: true });
  if (status !== 0 || !isInstalled()) {
    console.error(
      'The packages could not be installed as package-lock.json names them: the reason is above. Check the network and the registry, remove node_modules and run the command again.',
    );
    process.exit(1);
  }
}

async function continueUnderNode24(command) {
  const binaries = [path.join(root, 'node_modules/.bin'), path.dirname(node24)];
  const child = spawn(node24, command, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [...binaries, process.env.PATH].join(path.delimiter),
      // Where the person stands: paths on the command line are meant from there.
      OPENEMR_WORKBENCH_CWD: process.env.INIT_CWD ?? process.cwd(),
    },
  });
  // The terminal sends its signals to the whole group; others come to this process only.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve) => {
    child.once('exit', (...ended) => resolve(ended));
  });
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
}
