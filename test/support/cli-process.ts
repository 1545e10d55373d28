// The bundled command line as a process of its own: what a script or a CI job sees.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freshCli } from '../../build/fresh-cli.mjs';

const main = await freshCli();

export const anyPorts = [
  '--port-openemr=0',
  '--port-fhir=0',
  '--port-orthanc=0',
  '--port-dimse=0',
] as const;

export interface CliRun {
  readonly child: ChildProcess;
  /** Resolves with the first line of stdout. */
  firstLine(): Promise<string>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<CliResult>;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** English whatever the machine speaks; `environment` adds to the one of the test run. */
export function runCli(args: readonly string[], environment: NodeJS.ProcessEnv = {}): CliRun {
  const env = { ...process.env, LC_ALL: 'C', OPENEMR_URL: undefined, ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    stdout,
    stderr,
  }));
  return {
    child,
    ended,
    async firstLine() {
      while (!stdout.includes('\n')) {
        await Promise.race([
          once(child.stdout, 'data'),
          ended.then((result) => {
            if (!result.stdout.includes('\n')) throw new Error(`ended early: ${result.stderr}`);
          }),
        ]);
      }
      return stdout.slice(0, stdout.indexOf('\n'));
    },
  };
}
