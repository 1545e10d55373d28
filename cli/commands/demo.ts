import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#core/clock.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { createHttp } from '#core/undici-http.ts';
import type { MockServers } from '#mock-servers/start.ts';
import { DemoFailure } from '../demo/demo-failure.ts';
import { type DemoInput, type DemoStep, demoSteps } from '../demo/job.ts';
import { exitCode } from '../exit-code.ts';
import { type StartFlags, startOptions } from '../start-flags.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { startOrExplain } from './start.ts';

export interface DemoFlags extends StartFlags {
  readonly folder?: string;
  readonly once?: boolean;
}

/** Starts the mock servers, does the main job once, and stays for use until a signal or `stop`, unless `--once`. */
export async function demo(flags: DemoFlags, terminal: Terminal): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const folder = folderOf(flags);
  assertPossible(flags);
  const startedAt = performance.now();
  const end = new AbortController();
  const servers = await startOrExplain({ ...startOptions(flags), onEnd: () => end.abort() });
  try {
    const startMs = Math.round(performance.now() - startedAt);
    print(say(text('Three mock servers are ready after {ms} ms.', { ms: startMs })));
    const isDone = await runJob(servers, folder, terminal);
    // Nobody needs the addresses of servers that are about to end.
    if (flags.once || signal.aborted) return isDone ? exitCode.ok : exitCode.failed;
    print(`\n${addresses(servers, terminal)}\n`);
    print(say(text('The servers stay up for you. Ctrl+C ends them.')));
    const ended = AbortSignal.any([signal, end.signal]);
    if (!ended.aborted) await once(ended, 'abort');
    if (signal.reason === 'SIGINT') remark(say(text('Stopped.')));
    return isDone ? exitCode.ok : exitCode.failed;
  } finally {
    await servers.stop();
  }
}

/** What the job needs and these options take away. @throws WorkbenchError `SETTINGS_INVALID` */
function assertPossible({ strict, empty, auth, https }: DemoFlags): void {
  const reasons = [
    strict &&
      text(
        'The job asks for a token with a secret, which --strict refuses. Leave the option out, or use start with it.',
      ),
    empty &&
      text(
        'The job needs patients and a client, and --empty leaves none. Leave the option out, or use start with it.',
      ),
    auth &&
      text(
        'The job has no token for the FHIR server, which --auth closes. Leave the option out, or use start with it.',
      ),
    (https === 'expired' || https === 'wrong-host') &&
      text(
        'The job refuses the certificate of --https {kind}, as it must. Leave the option out, or use start with it.',
        {
          kind: https,
        },
      ),
  ];
  const reason = reasons.find((each) => each !== undefined && each !== false);
  if (reason) throw new WorkbenchError('SETTINGS_INVALID', reason);
}

/** From the sources and from the bundle it is the same way to the files that come along. */
function folderOf({ folder }: DemoFlags): string {
  if (folder !== undefined) return folder;
  const ours = fileURLToPath(new URL('../../fixtures/demo', import.meta.url));
  if (existsSync(ours)) return ours;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('Name a folder of DICOM files: demo --folder DIR.'),
  );
}

async function runJob(servers: MockServers, folder: string, terminal: Terminal): Promise<boolean> {
  const http = createHttp({
    clock: systemClock,
    userAgent: 'openemr-workbench',
    ...(servers.certificate !== undefined && { ca: servers.certificate }),
  });
  try {
    for (const step of demoSteps(inputOf(servers, folder, http, terminal))) {
      if (!(await runStep(step, terminal))) return false;
    }
    return true;
  } finally {
    await http.close();
  }
}

async function runStep(step: DemoStep, { print, say }: Terminal): Promise<boolean> {
  const startedAt = performance.now();
  const line = (mark: string, words: string): void => {
    const ms = String(Math.round(performance.now() - startedAt)).padStart(5);
    print(`${mark} ${ms} ms  ${say(step.title)}: ${words}`);
  };
  try {
    line('ok  ', say(await step.run()));
    return true;
  } catch (error) {
    if (!(error instanceof WorkbenchError)) throw error;
    const file = error instanceof DemoFailure && error.file ? `${error.file}: ` : '';
    line('FAIL', `${error.code}: ${file}${say(error.text)}`);
    return false;
  }
}

function inputOf(
  { urls, clients }: MockServers,
  folder: string,
  http: DemoInput['http'],
  { signal }: Terminal,
): DemoInput {
  const { openemr = '', fhir = '', orthanc = '' } = urls;
  const client = clients.find(({ server }) => server === 'openemr');
  const { clientId = '', clientSecret = '' } = client ?? {};
  return {
    http,
    urls: { openemr, fhir, orthanc },
    client: { clientId, clientSecret },
    folder,
    signal,
  };
}

function addresses({ urls, clients }: MockServers, { say }: Terminal): string {
  const client = clients.find(({ server }) => server === 'openemr');
  return table([
    ['OpenEMR', String(urls.openemr), say(text('API, OAuth2 and its own FHIR'))],
    [
      '',
      `${urls.openemr}/apis/default/fhir`,
      say(text('client {id}', { id: client?.clientId ?? '' })),
    ],
    ['FHIR R4', String(urls.fhir), say(text('complete server'))],
    ['Orthanc', String(urls.orthanc), say(text('REST and DICOMweb'))],
    ['', String(urls.dimse ?? ''), say(text('DIMSE, called ORTHANC'))],
    ['', `${urls.openemr}/__admin/`, say(text('control plane of all three'))],
  ]);
}
