// Makes dist/ from the sources: extension, command line, webview scripts, Korean bundle, assets.
// Usage: node build/bundle.mjs [--only=cli|extension|webview|l10n]. Entries not written yet are named and left out.

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build } from 'esbuild';
import { hostModules } from './host-modules.mjs';
import { mergeBundles } from './l10n.mjs';
import { lightPackages } from './light-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  // UMD `main` fields bundle to broken stubs (jsonc-parser), so ES modules come first.
  mainFields: ['module', 'main'],
  loader: { '.node': 'file' },
};

const node = { ...shared, platform: 'node', target: 'node22.19' };

export async function bundle(only) {
  const wanted = (part) => !only || only === part;
  await mkdir(dist, { recursive: true });
  await Promise.all([
    wanted('extension') && bundleExtension(),
    wanted('cli') && bundleCli(),
    wanted('webview') && bundleWebviews(),
    wanted('l10n') && bundleKorean(),
    copyAssets(),
  ]);
}

async function bundleExtension() {
  if (!present('extension/main.ts')) return;
  await build({
    ...node,
    entryPoints: [path.join(root, 'extension/main.ts')],
    outfile: path.join(dist, 'extension.cjs'),
    format: 'cjs',
    external: ['./clients.mjs'],
    plugins: [hostModules],
    define: { 'import.meta.url': 'bundledFileUrl' },
    banner: { js: "const bundledFileUrl=require('node:url').pathToFileURL(__filename).href;" },
  });
}

/** The command line and what the extension loads on first use: in one build, so that they share chunks. */
async function bundleCli() {
  if (!present('cli/main.ts')) return;
  const [codecs, { outputFiles }] = await Promise.all([
    compressedCodecs(),
    build({
      write: false,
      ...node,
      entryPoints: {
        cli: path.join(root, 'cli/main.ts'),
        clients: path.join(root, 'extension/clients.ts'),
      },
      outdir: dist,
      outExtension: { '.js': '.mjs' },
      chunkNames: 'cli/[name]-[hash]',
      assetNames: 'cli/[name]-[hash]',
      format: 'esm',
      splitting: true,
      plugins: [builtinsByCall, lightPackages, preparedRecord],
    }),
  ]);
  await replaceFiles([...outputFiles, codecs], path.join(dist, 'cli'));
}

/** Of 4 MB; the highest quality would make it a seventh smaller and take 17 s. */
async function compressedCodecs() {
  const name = 'dcmjs-native-codecs.wasm';
  const source = await readFile(path.join(root, 'node_modules/dcmjs-codecs/build', name));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  const contents = await promisify(brotliCompress)(source, { params });
  return { path: path.join(dist, 'cli', `${name}.br`), contents };
}

/** A failed build leaves the last one, and chunks of earlier builds go after the new ones are there. */
async function replaceFiles(files, chunkFolder) {
  await mkdir(chunkFolder, { recursive: true });
  for (const { path: file, contents } of files) await writeFile(file, contents);
  const current = new Set(files.map(({ path: file }) => file));
  for (const name of await readdir(chunkFolder)) {
    const file = path.join(chunkFolder, name);
    if (!current.has(file)) await rm(file);
  }
}

/**
 * Node's own modules by a call instead of an import: importing `node:http` reads all its exports, one of
 * which loads a whole HTTP client (70 ms of the start). Each of them reaches all, which makes esbuild
 * put them into one chunk: every file costs the start a millisecond.
 */
const builtinsByCall = {
  name: 'builtins-by-call',
  setup(api) {
    const namespace = 'builtin';
    const all = builtinModules.filter((name) => !name.startsWith('_'));
    const bare = (name) => name.replace(/^node:/, '');
    // A dynamic import stays one: what stands for it would be a chunk without named exports.
    api.onResolve({ filter: /^node:/ }, ({ path: name, kind }) =>
      kind === 'dynamic-import' ? { path: name, external: true } : { path: bare(name), namespace },
    );
    api.onResolve({ filter: /^[\w/]+$/ }, ({ path: name }) =>
      all.includes(name) ? { path: name, namespace } : undefined,
    );
    api.onResolve({ filter: /^builtin:all$/ }, ({ path: name }) => ({ path: name, namespace }));
    api.onLoad({ filter: /^builtin:all$/, namespace }, () => ({
      contents: all.map((name) => `exports.never && require('node:${bare(name)}');`).join('\n'),
    }));
    api.onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${name}'); exports.never && require('builtin:all');`,
    }));
  },
};

/** The filled record of the seed hospital instead of the work of filling it. */
const preparedRecord = {
  name: 'prepared-record',
  setup(api) {
    api.onLoad({ filter: /\/openemr\/records\/seed\/prepared\.ts$/ }, async () => {
      const { prepareHospital } = await import('../mock-servers/openemr/records/seed/fill.ts');
      return { contents: `export const preparedHospital = ${JSON.stringify(prepareHospital())};` };
    });
  },
};

async function bundleWebviews() {
  const folder = path.join(root, 'extension/webview/browser');
  if (!present('extension/webview/browser')) return;
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  await build({
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    entryPoints: scripts.map((name) => path.join(folder, name)),
    outdir: path.join(dist, 'webview'),
  });
}

async function bundleKorean() {
  const merged = await mergeBundles(path.join(root, 'l10n/ko'));
  await mkdir(path.join(dist, 'l10n'), { recursive: true });
  await writeFile(path.join(dist, 'l10n/bundle.l10n.ko.json'), `${JSON.stringify(merged)}\n`);
}

/** Files that are needed at run time as they are; each is copied only when its package is there. */
async function copyAssets() {
  const assets = [
    ['node_modules/@vscode/codicons/dist/codicon.css', 'webview/codicon.css'],
    ['node_modules/@vscode/codicons/dist/codicon.ttf', 'webview/codicon.ttf'],
  ];
  for (const [from, to] of assets) {
    const target = path.join(dist, to);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(path.join(root, from), target);
  }
}

function present(source) {
  if (existsSync(path.join(root, source))) return true;
  console.error(`build: ${source} does not exist yet, left out`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const startedAt = performance.now();
  try {
    await bundle(process.argv.find((argument) => argument.startsWith('--only='))?.slice(7));
    console.log(`build: dist/ made in ${Math.round(performance.now() - startedAt)} ms`);
  } catch (error) {
    // esbuild has printed where and why.
    console.error(`build: ${error.message.split('\n')[0]}`);
    process.exitCode = 1;
  }
}
