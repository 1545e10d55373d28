// The main job: DICOM files from the disk into an archive, with a result for each and a reason for
// each failure. How a file travels (REST, STOW-RS, C-STORE) is the sender's business.
import { readHeader } from '../dicom/header.ts';
import { readPart10 } from '../dicom/part10.ts';
import { type InstanceIds, requireIds, type Summary, summarize } from '../dicom/summary.ts';
import { WorkbenchError } from '../errors.ts';
import { type Text, text } from '../text.ts';
import { Disk } from './send-dicom-disk.ts';
import { type Candidate, findFiles, isUnusable, type Unusable } from './send-dicom-files.ts';
import type { BatchJournal, Sent } from './send-dicom-journal.ts';
import { type MatchOptions, matchPatient, type PatientMatch } from './send-dicom-patient.ts';
import { readAhead } from './send-dicom-read.ts';

export type SendStatus = 'Success' | 'AlreadyStored' | 'Failed' | 'Skipped';

export interface SendRow {
  readonly name: string;
  /** What to choose to send it again, as absolute as what was chosen. */
  readonly path: string;
  readonly status: SendStatus;
  /** Why it failed or was skipped. */
  readonly reason?: Text;
  /** Code of the WorkbenchError behind the reason. */
  readonly code?: string;
  readonly orthancId?: string;
  readonly studyInstanceUid?: string;
  readonly sopInstanceUid?: string;
  readonly patient?: PatientMatch;
  /** Sent by an earlier, interrupted run. */
  readonly isResumed?: boolean;
}

export interface SendProgress {
  readonly done: number;
  readonly failed: number;
  readonly row: SendRow;
}

export interface SendResult {
  /** In the order of the input. */
  readonly rows: readonly SendRow[];
  /** Ended by the signal: files not in `rows` were not sent. */
  readonly isCancelled: boolean;
  /** Ended by what is no one file's failure, such as a journal that cannot be written. */
  readonly error?: unknown;
}

interface Cancel {
  readonly signal?: AbortSignal;
}

/** What becomes of one file's bytes. Bytes in memory are good until `send` has resolved, not longer; for ever once it has failed. */
export interface Sender {
  send(
    file: { readonly source: Candidate['source']; readonly ids: InstanceIds },
    cancel?: Cancel,
  ): Promise<{ readonly status: 'Success' | 'AlreadyStored'; readonly orthancId: string }>;
  /** The id under which the archive has an instance: asked when it is unclear whether a file arrived. */
  locate(ids: InstanceIds, cancel?: Cancel): Promise<string | undefined>;
}

export interface SendOptions extends Cancel {
  /** Files, folders, ZIPs and patterns. */
  readonly inputs: readonly string[];
  readonly sender: Sender;
  /** Files under way at once. Default 4. */
  readonly concurrency?: number;
  readonly patients?: MatchOptions;
  readonly journal?: BatchJournal;
  readonly onProgress?: (progress: SendProgress) => void;
}

/** Errors after which the file may have arrived all the same. */
const doubtfulCodes: ReadonlySet<string> = new Set([
  'HTTP_DROPPED',
  'HTTP_TIMEOUT',
  'DIMSE_ABORTED',
]);

interface Batch extends SendOptions {
  readonly matches: Map<string, Promise<PatientMatch>>;
}

/** Never throws once it runs: rows say what happened to files, `error` what ended the batch early. */
export async function sendDicom(options: SendOptions): Promise<SendResult> {
  const { inputs, concurrency = 4, onProgress } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const batch: Batch = { ...options, signal, matches: new Map() };
  const disk = new Disk();
  const found = findFiles(inputs, disk);
  const isUnsent = (file: Candidate) => options.journal?.sent(file) === undefined;
  const ready = readAhead(found, disk, isUnsent);
  const rows: SendRow[] = [];
  let next = 0;
  let done = 0;
  let failed = 0;
  let fatal: { readonly error: unknown } | undefined;

  const work = async () => {
    while (!signal.aborted) {
      const index = next++;
      const { value, done: isEnd } = await ready.next();
      if (isEnd === true) return;
      const row = await rowOf(value.found, batch);
      if (row === undefined) return;
      rows[index] = row;
      done += 1;
      // A request that was refused early may still be on its way, with these bytes
      if (row.status === 'Failed') failed += 1;
      else value.release();
      onProgress?.({ done, failed, row });
    }
  };

  const workUntilError = () =>
    work().catch((error: unknown) => {
      fatal ??= { error };
      stop.abort();
    });

  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, workUntilError));
  await ready.return();
  await found.return();
  await disk.close();
  // Holes stand for files that a run ended early did not reach
  return { rows: rows.filter(() => true), isCancelled: options.signal?.aborted === true, ...fatal };
}

/** Undefined when the signal ended it. */
async function rowOf(found: Candidate | Unusable, batch: Batch): Promise<SendRow | undefined> {
  if (isUnusable(found)) return failure(found, found.error);
  try {
    return await sendOne(found, batch);
  } catch (error) {
    if (batch.signal?.aborted === true) return undefined;
    if (error instanceof WorkbenchError) return failure(found, error);
    throw error;
  }
}

async function sendOne(file: Candidate, batch: Batch): Promise<SendRow> {
  const earlier = batch.journal?.sent(file);
  const { name, path } = file;
  if (earlier !== undefined) return { name, path, ...known(earlier), isResumed: true };
  const header = await preflight(file);
  if ('reason' in header) return { name, path, status: 'Skipped', ...header };
  const { summary, ids } = header;
  const uids = { studyInstanceUid: ids.studyInstanceUid, sopInstanceUid: ids.sopInstanceUid };
  const patient = await matchOnce(summary, batch);
  try {
    const sent = { ...(await deliver(file, ids, batch)), ...uids };
    await batch.journal?.finish(file, sent);
    return { name, path, ...sent, ...(patient === undefined ? {} : { patient }) };
  } catch (error) {
    if (!(error instanceof WorkbenchError) || batch.signal?.aborted === true) throw error;
    const shown = patient === undefined ? {} : { patient };
    return { ...failure(file, error), ...uids, ...shown };
  }
}

/** Sends once; where the first attempt's fate is unclear, looks before sending again. */
async function deliver(file: Candidate, ids: InstanceIds, batch: Batch): Promise<Sent> {
  const { sender, journal } = batch;
  const cancel = batch.signal === undefined ? {} : { signal: batch.signal };
  if (journal?.isDoubtful(file) === true) {
    const orthancId = await sender.locate(ids, cancel);
    if (orthancId !== undefined) return { status: 'AlreadyStored', orthancId };
  }
  await journal?.begin(file);
  try {
    return await sender.send({ source: file.source, ids }, cancel);
  } catch (error) {
    if (!(error instanceof WorkbenchError) || !doubtfulCodes.has(error.code)) throw error;
    const orthancId = await sender.locate(ids, cancel);
    if (orthancId !== undefined) return { status: 'Success', orthancId };
    return sender.send({ source: file.source, ids }, cancel);
  }
}

/** What can be known before anything is sent; refuses what no archive would take. */
async function preflight(
  file: Candidate,
): Promise<{ summary: Summary; ids: InstanceIds } | { reason: Text; code: string }> {
  try {
    const { meta, dataset } =
      'path' in file.source ? await readHeader(file.source.path) : readPart10(file.source.bytes);
    if (isDicomDir(meta.get('00020002')?.raw))
      return { reason: directorySkipped(), code: 'DICOM_UNSUPPORTED' };
    const summary = summarize(dataset);
    return { summary, ids: requireIds(summary) };
  } catch (error) {
    // A letter lying beside the images is no failure of the batch
    const isStranger = error instanceof WorkbenchError && error.code === 'DICOM_NOT_DICOM';
    if (isStranger && !file.isNamed) return { reason: error.text, code: error.code };
    throw error;
  }
}

function isDicomDir(sopClass: Uint8Array | undefined): boolean {
  return Buffer.from(sopClass ?? [])
    .toString('latin1')
    .startsWith('1.2.840.10008.1.3.10');
}

/** One search a patient, however many files there are. */
async function matchOnce(summary: Summary, batch: Batch): Promise<PatientMatch | undefined> {
  if (batch.patients === undefined) return undefined;
  const key = JSON.stringify([
    summary.patientId,
    summary.patientName,
    summary.birthDate,
    summary.sex,
  ]);
  let match = batch.matches.get(key);
  if (match === undefined) {
    const cancel = batch.signal === undefined ? {} : { signal: batch.signal };
    match = matchPatient(summary, batch.patients, cancel);
    batch.matches.set(key, match);
  }
  try {
    return await match;
  } catch (error) {
    // The image is worth storing even when OpenEMR does not answer
    if (error instanceof WorkbenchError) return { kind: 'unclear', reason: error.text };
    throw error;
  }
}

function failure({ name, path }: Candidate | Unusable, error: WorkbenchError): SendRow {
  return { name, path, status: 'Failed', reason: error.text, code: error.code };
}

function known({
  status,
  orthancId,
  studyInstanceUid,
  sopInstanceUid,
}: Sent): Omit<SendRow, 'name' | 'path'> {
  return {
    status,
    orthancId,
    ...(studyInstanceUid === undefined ? {} : { studyInstanceUid }),
    ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
  };
}

function directorySkipped(): Text {
  return text('This is a DICOMDIR, a table of contents: the files it lists are sent, it is not.');
}
