#!/usr/bin/env node
// Runs test/vscode/suite inside a real VS Code and ends with "N passed, N failed, N skipped".
import { bundle } from '../../build/bundle.mjs';
import { runInVscode } from './run-in-vscode.ts';

if (!process.env.OPENEMR_WORKBENCH_IS_BUILT) await bundle();
process.exitCode = await runInVscode(process.argv.slice(2));
