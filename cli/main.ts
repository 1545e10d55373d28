#!/usr/bin/env node
// The entry stays tiny, so that the compile cache is on before anything else loads.
import * as nodeModule from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `USAGE: openemr-workbench needs Node 22.19 or newer; this is ${process.version}.\n`,
  );
  process.exitCode = 2;
} else {
  nodeModule.enableCompileCache();
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv.slice(2), new URL('./', import.meta.url));
}
