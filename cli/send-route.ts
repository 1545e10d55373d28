// How files travel to the archive, and where to: Orthanc's REST API, STOW-RS or C-STORE.
import { defaultAet, parseDicomNode } from '#core/dimse/address.ts';
import { echo, type Peer } from '#core/dimse/scu.ts';
import { storeSender } from '#core/dimse/store-sender.ts';
import { WorkbenchError } from '#core/errors.ts';
import { HttpError } from '#core/http-error.ts';
import type { OrthancClient, OrthancOptions } from '#core/orthanc/client.ts';
import { dicomNodeOf } from '#core/orthanc/dicom-node.ts';
import { createDicomWebClient } from '#core/orthanc/dicomweb.ts';
import { restSender } from '#core/orthanc/rest-sender.ts';
import { stowSender } from '#core/orthanc/stow-sender.ts';
import { type Text, text } from '#core/text.ts';
import type { Sender } from '#core/workflows/send-dicom.ts';
import { type ArchiveFlags, withArchive } from './archive.ts';
import type { DimseFlags } from './commands/dicom-echo.ts';
import { withControlClient } from './control.ts';
import type { Terminal } from './terminal.ts';

export interface RouteFlags extends ArchiveFlags, DimseFlags {
  readonly by?: 'rest' | 'stow' | 'cstore';
  readonly dicomWeb?: string;
}

export interface Route {
  readonly sender: Sender;
  /** Address of the archive, as the journal and the report name it. */
  readonly target: string;
}

/** Opens the way to the archive for one batch. A server that does not answer is one failure, not one a file. */
export async function withRoute<T>(
  flags: RouteFlags,
  terminal: Terminal,
  work: (route: Route) => Promise<T>,
): Promise<T> {
  assertFitting(flags);
  return withArchive(flags, terminal, (orthanc, options) => {
    const journey = { flags, terminal, orthanc, options, work };
    switch (flags.by) {
      case 'stow':
        return byStow(journey);
      case 'cstore':
        return byStore(journey);
      default:
        return byRest(journey);
    }
  });
}

interface Journey<T> {
  readonly flags: RouteFlags;
  readonly terminal: Terminal;
  readonly orthanc: OrthancClient;
  readonly options: OrthancOptions;
  readonly work: (route: Route) => Promise<T>;
}

async function byRest<T>({ flags, terminal, orthanc, work }: Journey<T>): Promise<T> {
  const system = await orthanc.system({ signal: terminal.signal }).catch(unlessHindered);
  const { baseUrl: url } = orthanc;
  const version = system?.Version ?? '?';
  const foreign = text('To Orthanc {version} at {url}, not a mock.', { version, url });
  await greet(url, foreign, flags, terminal);
  return work({ sender: restSender(orthanc), target: url });
}

async function byStow<T>({ flags, terminal, options, work }: Journey<T>): Promise<T> {
  const baseUrl = flags.dicomWeb ?? `${options.baseUrl.replace(/\/+$/, '')}/dicom-web`;
  const web = createDicomWebClient({ ...options, baseUrl });
  const { baseUrl: url } = web;
  await web
    .search('studies', { limit: '1' }, undefined, { signal: terminal.signal })
    .catch((error: unknown) => {
      if (error instanceof Error && 'status' in error && error.status === 404)
        throw noDicomWeb(url);
      return unlessHindered(error);
    });
  await greet(url, text('To DICOMweb at {url}, not a mock.', { url }), flags, terminal);
  return work({ sender: stowSender(web), target: url });
}

async function byStore<T>({ flags, terminal, orthanc, work }: Journey<T>): Promise<T> {
  const { remark, say, signal } = terminal;
  const peer = await peerOf(flags, terminal, orthanc);
  const aet = peer.calledAet;
  const address = `${peer.host}:${peer.port}`;
  await echo({ ...peer, signal });
  if (!flags.json) remark(say(text('To the DICOM node {aet} at {address}.', { aet, address })));
  const sender = storeSender(peer);
  try {
    return await work({ sender, target: `dicom:${aet}@${address}` });
  } finally {
    await sender.close();
  }
}

/** What was typed wins over the environment; Orthanc itself knows its port and its name. */
async function peerOf(
  flags: RouteFlags,
  { environment, signal }: Terminal,
  orthanc: OrthancClient,
): Promise<Peer> {
  const inherited = flags.orthanc === undefined ? environment['ORTHANC_DIMSE'] : undefined;
  const address = flags.dimse ?? inherited;
  const node =
    address === undefined ? await dicomNodeOf(orthanc, { signal }) : parseDicomNode(address);
  const { host, port, aet } = node;
  return {
    host,
    port,
    calledAet: flags.called ?? aet ?? defaultAet.called,
    callingAet: flags.calling ?? defaultAet.calling,
  };
}

/** Some proxies let uploads through and nothing else. */
function unlessHindered(error: unknown): undefined {
  if (error instanceof HttpError && error.status !== 401) return undefined;
  throw error;
}

/** Nobody hits a mock, or a real server, by accident. */
async function greet(
  url: string,
  foreign: Text,
  { json }: RouteFlags,
  { remark, say, signal }: Terminal,
): Promise<void> {
  if (json) return;
  const isMock = await isOurMock(url, signal);
  remark(say(isMock ? text('To the mock Orthanc at {url}.', { url }) : foreign));
}

async function isOurMock(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await withControlClient(new URL(url).origin, (control) => control.health({ signal }));
    return true;
  } catch (error) {
    if (error instanceof WorkbenchError) return false;
    throw error;
  }
}

/** An address that would not be used is a mistake, and the files would go elsewhere. */
function assertFitting({ by = 'rest', dicomWeb, dimse, called, calling }: RouteFlags): void {
  const isForStore = [dimse, called, calling].some((value) => value !== undefined);
  if (isForStore && by !== 'cstore') {
    throw misfit(
      text('--dimse, --called and --calling go with --by cstore only. Add it, or leave them out.'),
    );
  }
  if (dicomWeb !== undefined && by !== 'stow') {
    throw misfit(text('--dicom-web goes with --by stow only. Add it, or leave it out.'));
  }
}

function misfit(sentence: Text): WorkbenchError {
  return new WorkbenchError('USAGE', sentence);
}

function noDicomWeb(url: string): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text(
      'There is no DICOMweb at {url}. Install the plug-in in Orthanc, give its address with --dicom-web, or send --by rest.',
      { url },
    ),
  );
}
