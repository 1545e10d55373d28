// `dicom …`: files and archives.
import { type Command, Option } from 'commander';
import { text } from '#core/text.ts';
import type { dicomDelete } from './commands/dicom-delete.ts';
import type { DimseFlags } from './commands/dicom-echo.ts';
import type { dicomFind } from './commands/dicom-find.ts';
import type { dicomGet } from './commands/dicom-get.ts';
import type { dicomPreview } from './commands/dicom-preview.ts';
import type { dicomSend } from './commands/dicom-send.ts';
import type { dicomShow } from './commands/dicom-show.ts';
import { fromEnvironment } from './help.ts';
import type { Terminal } from './terminal.ts';

type Does = <A extends unknown[]>(
  action: (...args: A) => Promise<number>,
) => (...args: A) => Promise<void>;

export function addDicomCommands(program: Command, terminal: Terminal, does: Does): Command[] {
  const { say } = terminal;
  const dicom = program
    .command('dicom')
    .description(
      say(text('send DICOM files to Orthanc, find, get, show, preview and delete them')),
    );
  addSending(dicom, terminal, does);
  addReading(dicom, terminal, does);

  withArchive(terminal, dicom.command('delete'))
    .description(say(text('delete a patient, study, series or instance from the archive')))
    .argument('<id>', say(text('Orthanc id or UID')))
    .option('--level <LEVEL>', levelHelp(terminal))
    .option('--yes', say(text('do not ask')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (id: string, flags: Parameters<typeof dicomDelete>[1]) =>
        (await import('./commands/dicom-delete.ts')).dicomDelete(id, flags, terminal),
      ),
    );

  withDimse(terminal, dicom.command('echo'))
    .description(say(text('ask a DICOM node whether it answers (C-ECHO)')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (flags: DimseFlags) =>
        (await import('./commands/dicom-echo.ts')).dicomEcho(flags, terminal),
      ),
    );
  return [...dicom.commands];
}

function addSending(dicom: Command, terminal: Terminal, does: Does): void {
  const { say } = terminal;
  withDimse(terminal, withArchive(terminal, dicom.command('send')))
    .description(say(text('send files, folders, ZIPs and patterns')))
    .argument('<path...>', say(text('files, folders, ZIPs or patterns')))
    .addOption(
      new Option(
        '--by <WAY>',
        say(text("how they travel: Orthanc's REST API, DICOMweb's STOW-RS or C-STORE")),
      )
        .choices(['rest', 'stow', 'cstore'])
        .default('rest'),
    )
    .option(
      '--dicom-web <URL>',
      say(text('for stow: address of DICOMweb, otherwise /dicom-web below Orthanc')),
    )
    .option('--journal <FILE>', say(text('remember the batch in a file and go on from there')))
    .option('--match', say(text('find the patient of each file in OpenEMR')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (paths: string[], flags: Parameters<typeof dicomSend>[1]) =>
        (await import('./commands/dicom-send.ts')).dicomSend(paths, flags, terminal),
      ),
    );
}

function addReading(dicom: Command, terminal: Terminal, does: Does): void {
  const { say } = terminal;
  withArchive(terminal, dicom.command('find'))
    .description(say(text('search an archive: dicom find PatientID=123 StudyDate=20260101-')))
    .argument('[condition...]', say(text('Tag=value, with * and ? and date ranges')))
    .option('--level <LEVEL>', say(text('patients, studies, series or instances')), 'studies')
    .option('--limit <N>', say(text('how many to show at most')), '100')
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (conditions: string[], flags: Parameters<typeof dicomFind>[1]) =>
        (await import('./commands/dicom-find.ts')).dicomFind(conditions, flags, terminal),
      ),
    );

  withArchive(terminal, dicom.command('get'))
    .description(say(text('download an instance as a file, anything else as a ZIP')))
    .argument('<id>', say(text('Orthanc id or UID')))
    .argument('<file>', say(text('a file or a folder to save it in')))
    .option('--level <LEVEL>', levelHelp(terminal))
    .option('--force', say(text('replace a file that is there')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (id: string, file: string, flags: Parameters<typeof dicomGet>[2]) =>
        (await import('./commands/dicom-get.ts')).dicomGet(id, file, flags, terminal),
      ),
    );

  withArchive(terminal, dicom.command('preview'))
    .description(say(text('save a picture of an instance, as PNG or JPEG')))
    .argument('<id>', say(text('Orthanc id or UID')))
    .argument('<file>', say(text('a file (.png, .jpg) or a folder to save it in')))
    .option('--frame <N>', say(text('which image of the instance, from 1')), '1')
    .option('--force', say(text('replace a file that is there')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (id: string, file: string, flags: Parameters<typeof dicomPreview>[2]) =>
        (await import('./commands/dicom-preview.ts')).dicomPreview(id, file, flags, terminal),
      ),
    );

  withArchive(terminal, dicom.command('show'))
    .description(say(text('show the tags of a DICOM file or of an instance in the archive')))
    .argument('<file>', say(text('a DICOM file, an Orthanc id or a UID')))
    .option('--json', say(text('as DICOM JSON')))
    .action(
      does(async (file: string, flags: Parameters<typeof dicomShow>[1]) =>
        (await import('./commands/dicom-show.ts')).dicomShow(file, flags, terminal),
      ),
    );
}

function levelHelp({ say }: Terminal): string {
  return say(text('patients, studies, series or instances; found out when it is left out'));
}

function withArchive({ say }: Terminal, command: Command): Command {
  const or = (about: string, name: string, fallback?: string) =>
    fromEnvironment(about, say, name, fallback);
  return command
    .option(
      '--orthanc <URL>',
      or(say(text('address of Orthanc')), 'ORTHANC_URL', 'http://127.0.0.1:8042'),
    )
    .option('--ca <FILE>', or(say(text('certificate to trust, PEM')), 'OPENEMR_CA_FILE'))
    .option(
      '--orthanc-user <NAME>',
      or(say(text('user of Orthanc; the password is ORTHANC_PASSWORD')), 'ORTHANC_USER'),
    );
}

function withDimse({ say }: Terminal, command: Command): Command {
  const address = fromEnvironment(
    say(text('DICOM address')),
    say,
    'ORTHANC_DIMSE',
    command.name() === 'echo' ? '127.0.0.1:4242' : say(text('what Orthanc says of itself')),
  );
  return command
    .option('--dimse <[AET@]HOST:PORT>', address)
    .option('--called <AET>', say(text('AE title of the node, such as ORTHANC')))
    .option('--calling <AET>', say(text('our AE title, otherwise WORKBENCH')));
}
