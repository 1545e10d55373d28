// `npm run -s cli -- ARGS`: the command line from a checkout.
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { freshCli } from './fresh-cli.mjs';

const cli = await freshCli();
const cwd = process.env.OPENEMR_WORKBENCH_CWD;
if (cwd !== undefined) process.chdir(cwd);
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
