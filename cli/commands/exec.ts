import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';
import { type StartFlags, startOptions } from '../start-flags.ts';
import type { Terminal } from '../terminal.ts';

const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

/** Gives the exit code of the command, 128 + n when signal n ended it. */
export async function exec(
  command: readonly string[],
  flags: StartFlags,
  { environment, signal }: Terminal,
): Promise<number> {
  const servers = await startMockServers(startOptions(flags, freePorts));
  try {
    return await runChild(command, { ...environment, ...childEnvironment(servers) }, signal);
  } finally {
    await servers.stop();
  }
}

/** Issue 2: what a test suite in CI reads. */
export function childEnvironment({ urls, clients }: MockServers): Record<string, string> {
  const client = clients.find(({ server, clientSecret }) => server === 'openemr' && clientSecret);
  const values = {
    OPENEMR_URL: urls.openemr,
    OPENEMR_FHIR_URL: urls.openemr && `${urls.openemr}/apis/default/fhir`,
    OPENEMR_CLIENT_ID: client?.clientId,
    OPENEMR_CLIENT_SECRET: client?.clientSecret,
    FHIR_SERVER_URL: urls.fhir,
    ORTHANC_URL: urls.orthanc,
    ORTHANC_DIMSE: urls.dimse,
  };
  const known = Object.entries(values).filter((entry): entry is [string, string] => !!entry[1]);
  return Object.fromEntries(known);
}

function runChild(
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    const forward = (): void => {
      child.kill(signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    };
    if (signal.aborted) forward();
    signal.addEventListener('abort', forward, { once: true });
    child.once('error', (error) => reject(cannotRun(file, error)));
    child.once('exit', (code, killer) => {
      signal.removeEventListener('abort', forward);
      resolve(code ?? 128 + (killer ? constants.signals[killer] : 0));
    });
  });
}

function cannotRun(command: string, cause: Error): WorkbenchError {
  return new WorkbenchError(
    'USAGE',
    text(
      'The command "{command}" cannot be run. Check its name, its path and that it is executable.',
      {
        command,
      },
    ),
    { cause },
  );
}
