// The table of commands. Each command is a file that loads when it runs.
import { Command, Option } from 'commander';
import { WorkbenchError } from '#core/errors.ts';
import { type Text, text } from '#core/text.ts';
import type { defaultPorts } from '#mock-servers/start.ts';
import type { DemoFlags } from './commands/demo.ts';
import { fromEnvironment, helpWords } from './help.ts';
import { addDicomCommands } from './program-dicom.ts';
import { type ConnectionFlags, clientAuths, defaultScopes, grants } from './settings.ts';
import type { StartFlags } from './start-flags.ts';
import type { Terminal } from './terminal.ts';
import { usageError } from './usage-errors.ts';

/** Runs one command line and gives its exit code. */
export type Program = (args: readonly string[]) => Promise<number>;

export function createProgram(terminal: Terminal, version: string): Program {
  let code = 0;
  const { say } = terminal;
  const does =
    <A extends unknown[]>(action: (...args: A) => Promise<number>) =>
    async (...args: A): Promise<void> => {
      code = await action(...args);
    };
  const program = new Command('openemr-workbench')
    .description(
      say(text('Mock OpenEMR, FHIR and Orthanc servers, and a client for them or the real ones.')),
    )
    .version(version, '-V, --version', say(text('show the version')))
    .helpOption('-h, --help', say(text('show this help')))
    .helpCommand('help [command]', say(text('show the help of a command')))
    .configureHelp(helpWords(say))
    .option('--lang <LANGUAGE>', say(text('language of messages: en or ko')))
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeErr: (words) => terminal.remark(words.trimEnd()),
      outputError: (words, write) => write(usageError(words.trimEnd(), say)),
      writeOut: (words) => terminal.print(words.trimEnd()),
    });

  withStartOptions(terminal, program.command('start'))
    .description(say(text('start the mock servers; one READY line on stdout, ends on SIGTERM')))
    .option('--lease <SECONDS>', say(text('end when nobody renews the lease in time')), positive)
    .action(
      does(async (flags: StartFlags & { readonly lease?: number }) =>
        (await import('./commands/start.ts')).start(flags, terminal),
      ),
    );

  withStartOptions(terminal, program.command('exec'))
    .description(
      say(text('start on free ports, run a command with the addresses in its environment, stop')),
    )
    .argument('<command...>', say(text('after --: the command and its arguments')))
    .passThroughOptions()
    .action(
      does(async (command: string[], flags: StartFlags) =>
        (await import('./commands/exec.ts')).exec(command, flags, terminal),
      ),
    );

  withStartOptions(terminal, program.command('demo'))
    .description(say(text('start the mock servers and do the main job against them once')))
    .option('--folder <DIR>', say(text('DICOM files to send; some come along')))
    .option('--once', say(text('end after the job, with exit code 0 or 1')))
    .action(
      does(async (flags: DemoFlags) => (await import('./commands/demo.ts')).demo(flags, terminal)),
    );

  withControl(terminal, program.command('wait'))
    .description(say(text('wait until the mock servers are ready')))
    .option('--timeout <SECONDS>', say(text('give up after so many seconds')), positive, 30)
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (flags: ControlFlags & { readonly timeout: number; readonly json?: boolean }) =>
        (await import('./commands/wait.ts')).wait(flags, terminal),
      ),
    );

  withControl(terminal, program.command('status'))
    .description(say(text('show what the running mock servers hold')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (flags: ControlFlags & { readonly json?: boolean }) =>
        (await import('./commands/status.ts')).status(flags, terminal),
      ),
    );

  withControl(terminal, program.command('reset'))
    .description(say(text('bring the running mock servers back to their seed')))
    .option('--empty', say(text('to emptiness instead')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (flags: ControlFlags & { readonly empty?: boolean; readonly json?: boolean }) =>
        (await import('./commands/reset.ts')).reset(flags, terminal),
      ),
    );

  withControl(terminal, program.command('stop'))
    .description(say(text('stop the running mock servers')))
    .option('--json', say(text('machine-readable output')))
    .action(
      does(async (flags: ControlFlags & { readonly json?: boolean }) =>
        (await import('./commands/stop.ts')).stop(flags, terminal),
      ),
    );

  withConnection(terminal, program.command('token'))
    .description(say(text('request an access token and print it')))
    .action(
      does(async (flags: ConnectionFlags & { readonly json?: boolean }) =>
        (await import('./commands/token.ts')).token(flags, terminal),
      ),
    );

  withConnection(terminal, program.command('doctor'))
    .description(say(text('find the first broken step between here and the patient list')))
    .action(
      does(async (flags: ConnectionFlags & { readonly json?: boolean }) =>
        (await import('./commands/doctor.ts')).doctor(flags, terminal),
      ),
    );

  const dicomCommands = addDicomCommands(program, terminal, does);
  for (const command of [...program.commands, ...dicomCommands]) {
    command.option('--lang <LANGUAGE>', say(text('language of messages: en or ko')));
  }
  return async (args) => {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  };
}

export interface ControlFlags {
  /** Address of any of the mock servers. */
  readonly url: string;
}

function withControl({ say, environment }: Terminal, command: Command): Command {
  const about = say(text('address of one of the mock servers'));
  const fallback = environment['OPENEMR_URL'] ?? 'http://127.0.0.1:8081';
  return command.option('--url <URL>', fromEnvironment(about, say, 'OPENEMR_URL'), fallback);
}

function withConnection({ say }: Terminal, command: Command): Command {
  const or = (about: string, name: string, fallback?: string) =>
    fromEnvironment(about, say, name, fallback);
  return command
    .option(
      '--url <URL>',
      or(say(text('address of OpenEMR')), 'OPENEMR_URL', 'http://127.0.0.1:8081'),
    )
    .option('--site <SITE>', or(say(text('site of OpenEMR')), 'OPENEMR_SITE', 'default'))
    .option('--client-id <ID>', or(say(text('client id')), 'OPENEMR_CLIENT_ID'))
    .option(
      '--auth <KIND>',
      or(clientAuths.join(', '), 'OPENEMR_CLIENT_AUTH', say(text('what the secrets are for'))),
    )
    .option('--grant <GRANT>', or(grants.join(', '), 'OPENEMR_GRANT', 'client_credentials'))
    .option(
      '--scopes <SCOPES>',
      or(say(text('scopes, separated by blanks')), 'OPENEMR_SCOPES', `"${defaultScopes}"`),
    )
    .option('--username <NAME>', or(say(text('for the password grant')), 'OPENEMR_USERNAME'))
    .option('--user-role <ROLE>', say(text('for the password grant: users (default) or patient')))
    .option('--ca <FILE>', or(say(text('certificate to trust, PEM')), 'OPENEMR_CA_FILE'))
    .option('--email <EMAIL>', say(text('for the password grant of a patient')))
    .option('--json', say(text('machine-readable output')))
    .addHelpText(
      'after',
      `\n${say(text('Secrets come from OPENEMR_CLIENT_SECRET, OPENEMR_PRIVATE_KEY_FILE, OPENEMR_PASSWORD and OPENEMR_REFRESH_TOKEN.'))}`,
    );
}

/** Of mock-servers/start.ts, which is too heavy to load for a help text. */
const shownPorts = {
  openemr: 8081,
  fhir: 8080,
  orthanc: 8042,
  dimse: 4242,
} as const satisfies typeof defaultPorts;

function withStartOptions({ say }: Terminal, command: Command): Command {
  const portOption = (name: keyof typeof shownPorts, about: string) => {
    const shown = command.name() === 'exec' ? '0' : String(shownPorts[name]);
    return new Option(`--port-${name} <PORT>`, about).argParser(port).default(undefined, shown);
  };
  return command
    .addOption(portOption('openemr', say(text('port of OpenEMR, 0 for a free one'))))
    .addOption(portOption('fhir', say(text('port of the FHIR server, 0 for a free one'))))
    .addOption(portOption('orthanc', say(text('port of Orthanc, 0 for a free one'))))
    .addOption(portOption('dimse', say(text('DIMSE port of Orthanc, 0 for a free one'))))
    .addOption(
      new Option('--profile <RELEASE>', say(text('OpenEMR release to answer as')))
        .choices(['7.0.3', '7.0.4'])
        .default(undefined, '7.0.3'),
    )
    .option('--strict', say(text('OpenEMR as it really is, without what the guides add')))
    .addOption(
      new Option('--orthanc <RELEASE>', say(text('Orthanc release to answer as')))
        .choices(['1.12.7', '1.10.1'])
        .default(undefined, '1.12.7'),
    )
    .option('--orthanc-config <FILE>', say(text('configuration file in the format of Orthanc')))
    .option('--auth', say(text('the FHIR server asks for bearer tokens')))
    .addOption(
      new Option(
        '--https [KIND]',
        say(
          text('OpenEMR behind TLS, with a certificate that is valid, expired or for wrong-host'),
        ),
      ).choices(['valid', 'expired', 'wrong-host']),
    )
    .option('--data <DIR>', say(text('keep the data in a folder')))
    .option('--seed <WORD>', say(text('fixes ids, tokens and synthetic patients')))
    .option('--empty', say(text('start without patients')))
    .option('--no-journal-header', say(text('no header with the journal id on the answers')));
}

function port(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw usage(text('A port is a whole number from 0 to 65535; "{value}" is not.', { value }));
}

function positive(value: string): number {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw usage(text('A number of seconds is above 0; "{value}" is not.', { value }));
}

function usage(sentence: Text): WorkbenchError {
  return new WorkbenchError('USAGE', sentence);
}
