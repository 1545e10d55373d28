import { restSender } from '#core/orthanc/rest-sender.ts';
import { text } from '#core/text.ts';
import { type SendResult, type SendRow, sendDicom } from '#core/workflows/send-dicom.ts';
import { openJournal } from '#core/workflows/send-dicom-journal.ts';
import type { MatchOptions, PatientMatch } from '#core/workflows/send-dicom-patient.ts';
import { type ArchiveFlags, archiveUrl, withArchive } from '../archive.ts';
import { withClients } from '../connection.ts';
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

function withDirectory<T>(
  flags: Flags,
  terminal: Terminal,
  work: (patients: MatchOptions) => Promise<T>,
): Promise<T> {
  const settings = connectionSettings(flags, terminal.environment);
  return withClients(settings, terminal, async ({ connect }) => {
    const { fhir, openemr } = connect();
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
      ...(patient && { patient: patient.kind }),
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
