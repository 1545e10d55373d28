// `dicom …`: files and archives.
import type { Command } from 'commander';
import { text } from '#core/text.ts';
import type { ArchiveFlags } from './archive.ts';
import type { DimseFlags } from './commands/dicom-echo.ts';
import type { ConnectionFlags } from './settings.ts';
import type { Terminal } from './terminal.ts';

type Does = <A extends unknown[]>(
  action: (...args: A) => Promise<number>,
) => (...args: A) => Promise<void>;

export function addDicomCommands(program: Command, terminal: Terminal, does: Does): Command[] {
  const { say } = terminal;
  const dicom = program
    .command('dicom')
    .description(say(text('send DICOM files to Orthanc, find them, get them back, show a file')));

  withArchive(terminal, dicom.command('send'))
    .description(say(text('send files, folders, ZIPs and patterns')))
    .argument('<path...>', say(text('files, folders, ZIPs or patterns')))
    .option('--journal <FILE>', say(text('remember the batch in a file and go on from there')))
    .option('--match', say(text('find the patient of each file in OpenEMR')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(
        async (
          paths: string[],
          flags: ArchiveFlags &
            ConnectionFlags & { journal?: string; match?: boolean; json?: boolean },
        ) => (await import('./commands/dicom-send.ts')).dicomSend(paths, flags, terminal),
      ),
    );

  withArchive(terminal, dicom.command('find'))
    .description(say(text('search an archive: dicom find PatientID=123 StudyDate=20260101-')))
    .argument('[condition...]', say(text('Tag=value, with * and ? and date ranges')))
    .option('--level <LEVEL>', say(text('patients, studies, series or instances')), 'studies')
    .option('--limit <N>', say(text('how many to show at most')), '100')
    .option('--json', say(text('machine-readable output')))
    .action(
      does(
        async (
          conditions: string[],
          flags: ArchiveFlags & { level: string; limit: string; json?: boolean },
        ) => (await import('./commands/dicom-find.ts')).dicomFind(conditions, flags, terminal),
      ),
    );

  withArchive(terminal, dicom.command('get'))
    .description(say(text('download an instance as a file, anything else as a ZIP')))
    .argument('<id>', say(text('Orthanc id or UID')))
    .argument('<file>', say(text('a file or a folder to save it in')))
    .option('--level <LEVEL>', say(text('patients, studies, series or instances')), 'instances')
    .option('--force', say(text('replace a file that is there')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(
        async (
          id: string,
          file: string,
          flags: ArchiveFlags & { level: string; force?: boolean; json?: boolean },
        ) => (await import('./commands/dicom-get.ts')).dicomGet(id, file, flags, terminal),
      ),
    );

  dicom
    .command('show')
    .description(say(text('show the tags of a DICOM file')))
    .argument('<file>', say(text('a DICOM file')))
    .option('--json', say(text('as DICOM JSON')))
    .action(
      does(async (file: string, flags: { readonly json?: boolean }) =>
        (await import('./commands/dicom-show.ts')).dicomShow(file, flags, terminal),
      ),
    );

  dicom
    .command('echo')
    .description(say(text('ask a DICOM node whether it answers (C-ECHO)')))
    .option('--dimse <HOST:PORT>', say(text('DICOM address (ORTHANC_DIMSE)')))
    .option('--called <AET>', say(text('AE title of the node')), 'ORTHANC')
    .option('--calling <AET>', say(text('our AE title')), 'WORKBENCH')
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (flags: DimseFlags) =>
        (await import('./commands/dicom-echo.ts')).dicomEcho(flags, terminal),
      ),
    );
  return [...dicom.commands];
}

function withArchive({ say }: Terminal, command: Command): Command {
  return command
    .option('--orthanc <URL>', say(text('address of Orthanc (ORTHANC_URL)')))
    .option('--ca <FILE>', say(text('certificate to trust, PEM (OPENEMR_CA_FILE)')))
    .option(
      '--orthanc-user <NAME>',
      say(text('user of Orthanc; the password is ORTHANC_PASSWORD')),
    );
}
