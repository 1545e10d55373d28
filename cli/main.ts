#!/usr/bin/env node
// The entry stays tiny, so that the compile cache is on before anything else loads.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2), new URL('./', import.meta.url));
