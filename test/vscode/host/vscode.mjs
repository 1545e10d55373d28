#!/usr/bin/env node
// Poses as the VS Code executable for @vscode/test-electron: takes --extensionDevelopmentPath and
// --extensionTestsPath, runs the tests in the extension host of the VS Code from npm, prints what they
// print and exits with their code.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { installHost } from './install.ts';
import { launchBrowser, remotePath, startServer, workbenchUrl } from './server.ts';

const LIMIT_MS = 180_000;
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const args = process.argv.slice(2);
const valuesOf = (name) =>
  args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
const folder = args.find((arg) => !arg.startsWith('-'));

process.exitCode = await run();

async function run() {
  const host = await installHost(root);
  const [server, browser] = await Promise.all([
    startServer(host, { smokeTestDriver: true }),
    launchBrowser(),
  ]);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const exit = Promise.withResolvers();
    await page.exposeFunction('codeAutomationExit', exit.resolve);
    await page.exposeFunction('codeAutomationLog', (type, values) => {
      if (process.env.VSCODE_VERBOSE) process.stderr.write(`${type}: ${format(...values)}\n`);
    });
    page.on('crash', () => exit.reject(new Error('The page of the workbench crashed.')));
    const timer = setTimeout(
      () => exit.reject(new Error('The tests did not end in time.')),
      LIMIT_MS,
    );
    const names = ['extensionDevelopmentPath', 'extensionTestsPath'];
    const payload = names.flatMap((name) =>
      valuesOf(name).map((path) => [name, remotePath(server.port, path)]),
    );
    await page.goto(workbenchUrl(server.port, { folder, payload }));
    const code = await exit.promise;
    clearTimeout(timer);
    // A crashed or killed extension host, and process.exit() in a test, are reported as 0 here.
    return code || ((await server.extensionHostExit()) ?? 95);
  } catch (error) {
    console.error(error, server.output());
    return 97;
  } finally {
    await browser.close();
    await server.stop();
  }
}
