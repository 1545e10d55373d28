import { WorkbenchError } from '#core/errors.ts';
import { type Text, text } from '#core/text.ts';
import { type SendResult, type SendRow, sendDicom } from '#core/workflows/send-dicom.ts';
import { openJournal } from '#core/workflows/send-dicom-journal.ts';
import type { MatchOptions, PatientMatch } from '#core/workflows/send-dicom-patient.ts';
import { withClients } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { type RouteFlags, withRoute } from '../send-route.ts';
import { type ConnectionFlags, connectionSettings } from '../settings.ts';
import { padded } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Flags = RouteFlags &
  ConnectionFlags & {
    readonly journal?: string;
    readonly match?: boolean;
  };

interface Sent extends SendResult {
  /** Where it went. */
  readonly target: string;
}

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
): Promise<Sent> {
  const { signal, print } = terminal;
  return withRoute(flags, terminal, async ({ sender, target }) => {
    const journal = flags.journal && (await openJournal(flags.journal, target));
    try {
      const result = await sendDicom({
        inputs,
        sender,
        signal,
        ...(journal && { journal }),
        ...(patients && { patients }),
        ...(!flags.json && { onProgress: ({ row }) => print(rowLine(row, terminal)) }),
      });
      return { ...result, target };
    } finally {
      if (journal) await journal.close();
    }
  });
}

function noClient(): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      '--match asks OpenEMR for the patients and needs a client: set OPENEMR_URL, OPENEMR_CLIENT_ID and OPENEMR_CLIENT_SECRET.',
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
  const status = padded(say(statusWords[row.status]), STATUS_COLUMNS);
  return printable(`${status}  ${row.name}  ${words.join('  ')}`).trimEnd();
}

/** In `--json` they keep the names that Orthanc has given them. */
const statusWords: Readonly<Record<SendRow['status'], Text>> = {
  Success: text('stored'),
  AlreadyStored: text('already there'),
  Failed: text('failed'),
  Skipped: text('skipped'),
};
const STATUS_COLUMNS = 13;

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

function report({ rows, isCancelled, target }: Sent, flags: Flags, terminal: Terminal): void {
  const { print, remark, say } = terminal;
  if (flags.json) {
    const plain = rows.map(({ reason, patient, ...row }) => ({
      ...row,
      ...(reason && { reason: say(reason) }),
      ...(patient && {
        patient: { kind: patient.kind, ...('uuid' in patient && { id: patient.uuid }) },
      }),
    }));
    print(JSON.stringify({ isCancelled, archive: target, rows: plain }));
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
