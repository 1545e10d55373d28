import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates } from 'node:tls';
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
  const folder = await mkdtemp(path.join(tmpdir(), 'openemr-workbench-exec-'));
  let servers: MockServers | undefined;
  try {
    servers = await startMockServers(startOptions(flags, freePorts));
    const trust = await trustFor(servers, folder);
    const env = { ...environment, ...childEnvironment(servers), ...trust };
    return await runChild(command, env, signal);
  } finally {
    await servers?.stop();
    await rm(folder, { recursive: true, force: true });
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

/** `--https`: most tools take one more trusted certificate from one of these. */
async function trustFor(
  { certificate }: MockServers,
  folder: string,
): Promise<Record<string, string>> {
  if (certificate === undefined) return {};
  const own = path.join(folder, 'certificate.pem');
  const all = path.join(folder, 'bundle.pem');
  await writeFile(own, certificate);
  // These replace the certificates of the system, so the system's come along.
  await writeFile(all, [...getCACertificates('default'), certificate].join('\n'));
  return {
    NODE_EXTRA_CA_CERTS: own,
    OPENEMR_CA_FILE: own,
    SSL_CERT_FILE: all,
    REQUESTS_CA_BUNDLE: all,
    CURL_CA_BUNDLE: all,
  };
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
