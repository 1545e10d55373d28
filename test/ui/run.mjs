#!/usr/bin/env node
// A person's clicks in a real VS Code with the packaged extension; pictures into artifacts/screenshots.
// Ends with "N passed, N failed, N skipped".
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { bundle } from '../../build/bundle.mjs';
import { chromiumPath } from '../vscode/host/server.ts';

if (existsSync(chromiumPath)) {
  if (!process.env.OPENEMR_WORKBENCH_IS_BUILT) await bundle();
  const args = ['node_modules/mocha/bin/mocha.js', '--reporter', 'build/mocha-reporter.mjs'];
  const child = spawn(
    process.execPath,
    [...args, '--timeout', '120000', '--exit', 'test/ui/*.test.ts'],
    {
      cwd: new URL('../..', import.meta.url),
      stdio: 'inherit',
    },
  );
  [process.exitCode] = await once(child, 'exit');
} else {
  console.log(
    `Skipped: ${chromiumPath} is missing (install the package chromium, or set CHROMIUM).`,
  );
  console.log('0 passed, 0 failed, 1 skipped');
}
