// How long VS Code waits for the extension: as it measures it itself, in the packaged form, and an empty
// extension in the same extension host beside it.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from '#core/guards.ts';
import { packageExtension } from '#test/ui/package-vsix.ts';
import { installHost } from '#test/vscode/host/install.ts';
import {
  chromiumPath,
  launchBrowser,
  remotePath,
  startServer,
  workbenchUrl,
} from '#test/vscode/host/server.ts';
import { type Benchmark, type Prepared, SkipBenchmark } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const inHost = fileURLToPath(new URL('./activation-in-host.cjs', import.meta.url));
const LIMIT_MS = 60_000;

export const benchmarks: readonly Benchmark[] = [
  { name: 'activation in a real VS Code', unit: 'ms', goal: { atMost: 30 }, prepare },
];

interface Times {
  /** Reading and running the bundle. */
  readonly loadMs: number;
  /** The call of `activate()`. */
  readonly callMs: number;
  /** Until its promise was fulfilled. */
  readonly finishMs: number;
}

async function prepare(): Promise<Prepared> {
  if (!existsSync(chromiumPath)) throw new SkipBenchmark(`${chromiumPath} is missing`);
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-activation-'));
  const report = path.join(folder, 'report.json');
  await writeEmptyExtension(folder);
  const server = await startServer(await installHost(root), {
    vsix: [await packageExtension(root, folder)],
    smokeTestDriver: true,
    env: { ACTIVATION_REPORT: report },
  });
  const browser = await launchBrowser();
  return {
    async subject() {
      const page = await browser.newPage();
      const ended = Promise.withResolvers<void>();
      const timer = setTimeout(() => ended.reject(new Error(server.output())), LIMIT_MS);
      await page.exposeFunction('codeAutomationExit', ended.resolve);
      await page.exposeFunction('codeAutomationLog', () => undefined);
      const payload = [
        ['extensionDevelopmentPath', remotePath(server.port, folder)],
        ['extensionTestsPath', remotePath(server.port, inHost)],
      ] as const;
      await page.goto(workbenchUrl(server.port, { folder, payload }));
      await ended.promise;
      clearTimeout(timer);
      await page.close();
      const { ours, empty } = parseJson(await readFile(report, 'utf8')) as Record<
        'ours' | 'empty',
        Times
      >;
      await rm(report);
      console.error(`  ${words(ours)}; an empty extension: ${words(empty)}`);
      return ours.loadMs + ours.callMs + ours.finishMs;
    },
    async close() {
      await browser.close();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function words({ loadMs, callMs, finishMs }: Times): string {
  return `code loaded ${loadMs} ms, activate() called ${callMs} ms, fulfilled ${finishMs} ms`;
}

async function writeEmptyExtension(folder: string): Promise<void> {
  const manifest = {
    name: 'empty',
    publisher: 'bench',
    version: '1.0.0',
    engines: { vscode: '^1.125.0' },
    activationEvents: [],
    main: './main.cjs',
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'main.cjs'), 'exports.activate = () => undefined;\n');
}
