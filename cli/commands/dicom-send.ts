import { WorkbenchError } from '#core/errors.ts';
import { HttpError } from '#core/http-error.ts';
import type { OrthancClient } from '#core/orthanc/client.ts';
import { restSender } from '#core/orthanc/rest-sender.ts';
import { text } from '#core/text.ts';
import { type SendResult, type SendRow, sendDicom } from '#core/workflows/send-dicom.ts';
import { openJournal } from '#core/workflows/send-dicom-journal.ts';
import type { MatchOptions, PatientMatch } from '#core/workflows/send-dicom-patient.ts';
import { type ArchiveFlags, archiveUrl, withArchive } from '../archive.ts';
import { withClients } from '../connection.ts';
import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import { type ConnectionFlags, connectionSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

type Flags = ArchiveFlags &
  ConnectionFlags & {
    readonly journal?: string;
    readonly match?: boolean;
    readonly json?: boolean;
  };

/** Exit code 1 when a file failed or the batch was cancelled. */
export async function dicomSend(
  paths: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const result = flags.match
    ? await withDirectory(flags, terminal, (patients) => send(paths, flags, terminal, patients))
    : await send(paths, flags, terminal);
  report(result, flags, terminal);
  if (result.error !== undefined) throw result.error;
  const isClean = !result.isCancelled && result.rows.every(({ status }) => status !== 'Failed');
  return isClean ? exitCode.ok : exitCode.failed;
}

async function send(
  inputs: readonly string[],
  flags: Flags,
  terminal: Terminal,
  patients?: MatchOptions,
): Promise<SendResult> {
  const { signal, print } = terminal;
  return withArchive(flags, terminal, async (orthanc) => {
    await greet(orthanc, flags, terminal);
    const journal = flags.journal && (await openJournal(flags.journal, orthanc.baseUrl));
    try {
      return await sendDicom({
        inputs,
        sender: restSender(orthanc),
        signal,
        ...(journal && { journal }),
        ...(patients && { patients }),
        ...(!flags.json && { onProgress: ({ row }) => print(rowLine(row, terminal)) }),
      });
    } finally {
      if (journal) await journal.close();
    }
  });
}

/** A server that does not answer is one failure, not one a file; and nobody hits a mock by accident. */
async function greet(orthanc: OrthancClient, flags: Flags, terminal: Terminal): Promise<void> {
  const { remark, say, signal } = terminal;
  const { baseUrl } = orthanc;
  const system = await orthanc.system({ signal }).catch((error: unknown) => {
    // Some proxies let uploads through and nothing else.
    if (error instanceof HttpError && error.status !== 401) return undefined;
    throw error;
  });
  if (flags.json) return;
  const { url, isMock } = await mockAt(baseUrl, signal);
  if (isMock) remark(say(text('To the mock Orthanc at {url}.', { url })));
  else {
    const version = system?.Version ?? '?';
    remark(say(text('To Orthanc {version} at {url}, not a mock.', { version, url })));
  }
}

async function mockAt(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly isMock: boolean }> {
  try {
    await withControlClient(url, (control) => control.health({ signal }));
    return { url, isMock: true };
  } catch (error) {
    if (error instanceof WorkbenchError) return { url, isMock: false };
    throw error;
  }
}

function noClient(): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      '--match asks OpenEMR for the patients and needs a client: give --url, --client-id (OPENEMR_CLIENT_ID) and OPENEMR_CLIENT_SECRET.',
    ),
  );
}

function withDirectory<T>(
  flags: Flags,
  terminal: Terminal,
  work: (patients: MatchOptions) => Promise<T>,
): Promise<T> {
  const settings = connectionSettings(flags, terminal.environment);
  if (settings.clientId === '') throw noClient();
  return withClients(settings, flags, terminal, async ({ connect }) => {
    const { fhir, openemr, tokens } = connect();
    // What is wrong with the credentials is said once and before anything is sent.
    await tokens.token({ signal: terminal.signal });
    // A system token may not call OpenEMR's own API, but may search its FHIR patients.
    if (settings.grant !== 'client_credentials') return work({ directory: openemr });
    const { fhirDirectory } = await import('#core/workflows/fhir-directory.ts');
    return work({ directory: fhirDirectory(fhir) });
  });
}

export function rowLine(row: SendRow, { say }: Terminal): string {
  const patient = row.patient && patientWords(row.patient, say);
  const words = [row.orthancId, row.reason && say(row.reason), patient].filter((word) => word);
  return `${row.status.padEnd(13)}  ${row.name}  ${words.join('  ')}`.trimEnd();
}

function patientWords(match: PatientMatch, say: Terminal['say']): string {
  switch (match.kind) {
    case 'matched':
      return say(text('patient {uuid}', { uuid: match.uuid }));
    case 'created':
      return say(text('new patient {uuid}', { uuid: match.uuid }));
    case 'absent':
      return say(text('OpenEMR has no such patient'));
    case 'unclear':
      return say(match.reason);
  }
}

function report({ rows, isCancelled }: SendResult, flags: Flags, terminal: Terminal): void {
  const { print, remark, say } = terminal;
  if (flags.json) {
    const plain = rows.map(({ reason, patient, ...row }) => ({
      ...row,
      ...(reason && { reason: say(reason) }),
      ...(patient && {
        patient: { kind: patient.kind, ...('uuid' in patient && { id: patient.uuid }) },
      }),
    }));
    print(JSON.stringify({ isCancelled, archive: archiveUrl(flags, terminal), rows: plain }));
    return;
  }
  const count = (status: SendRow['status']): number =>
    rows.filter((row) => row.status === status).length;
  remark(
    say(
      text('{stored} stored, {known} already there, {failed} failed, {skipped} skipped.', {
        stored: count('Success'),
        known: count('AlreadyStored'),
        failed: count('Failed'),
        skipped: count('Skipped'),
      }),
    ),
  );
  if (isCancelled) remark(say(text('Cancelled: the rest was not sent.')));
}
