import { once } from 'node:events';
import { systemClock } from '#core/clock.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { createHttp } from '#core/undici-http.ts';
import type { MockServers } from '#mock-servers/start.ts';
import { type DemoInput, type DemoStep, demoSteps } from '../demo/job.ts';
import { exitCode } from '../exit-code.ts';
import { type StartFlags, startOptions } from '../start-flags.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { startOrExplain } from './start.ts';

export interface DemoFlags extends StartFlags {
  readonly folder: string;
  readonly once?: boolean;
}

/** Starts the mock servers, does the main job once, and stays for use until a signal unless `--once`. */
export async function demo(flags: DemoFlags, terminal: Terminal): Promise<number> {
  const { print, say, signal } = terminal;
  const startedAt = performance.now();
  const servers = await startOrExplain(startOptions(flags));
  try {
    const startMs = Math.round(performance.now() - startedAt);
    print(say(text('Three mock servers are ready after {ms} ms.', { ms: startMs })));
    const isDone = await runJob(servers, flags.folder, terminal);
    print(`\n${addresses(servers, terminal)}\n`);
    if (flags.once || signal.aborted) return isDone ? exitCode.ok : exitCode.failed;
    print(say(text('The servers stay up for you. Ctrl+C ends them.')));
    await once(signal, 'abort');
    return isDone ? exitCode.ok : exitCode.failed;
  } finally {
    await servers.stop();
  }
}

async function runJob(servers: MockServers, folder: string, terminal: Terminal): Promise<boolean> {
  const http = createHttp({ clock: systemClock, userAgent: 'openemr-workbench' });
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
    line('FAIL', `${error.code}: ${say(error.text)}`);
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
