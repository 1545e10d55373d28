// One of the four places that render errors (ARCHITECTURE: errors).
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { WorkbenchError } from '#core/errors.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { chooseLanguage, createSay } from './language.ts';
import { createProgram } from './program.ts';
import { createTerminal, renderError, type Terminal } from './terminal.ts';
import { usageError } from './usage-errors.ts';

/** @param home - folder of the running program */
export async function run(args: readonly string[], home: URL): Promise<number> {
  const stopping = new AbortController();
  const say = createSay(chooseLanguage(args, process.env), home);
  const terminal = createTerminal(say, stopping.signal);
  const release = abortOnSignals(stopping);
  outliveReaders();
  try {
    return await createProgram(terminal, versionOf(home))(args);
  } catch (error) {
    const code = failure(error, terminal);
    if (code !== exitCode.ok && wantsJson(args)) printError(error, terminal);
    return code;
  } finally {
    release();
  }
}

/** `… | head -1`: the work goes on to its end when nobody reads its lines any more. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** The second signal ends the process at once: somebody is in a hurry. */
function abortOnSignals(stopping: AbortController): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping.abort(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

/** For scripts: what went wrong goes to stdout too, where they read. */
function printError(error: unknown, { print, say }: Terminal): void {
  const known = error instanceof WorkbenchError;
  const code = known ? error.code : error instanceof CommanderError ? 'USAGE' : 'INTERNAL';
  const words = error instanceof Error ? usageError(error.message, say) : String(error);
  print(JSON.stringify({ error: { code, message: known ? say(error.text) : words } }));
}

function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}

/** package.json lies above the sources and above the bundle. */
function versionOf(home: URL): string {
  const manifest = parseJson(readFileSync(new URL('../package.json', home), 'utf8'));
  return isRecord(manifest) ? String(manifest['version']) : '?';
}

function failure(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  if (terminal.signal.aborted && isAbort(error)) return exitCode.failed;
  renderError(error, terminal);
  return error instanceof WorkbenchError ? codeOf(error) : exitCode.internal;
}

function codeOf({ code }: WorkbenchError): ExitCode {
  const unreachable: readonly string[] = [
    'HTTP_REFUSED',
    'HTTP_UNKNOWN_HOST',
    'HTTP_TIMEOUT',
    'HTTP_DROPPED',
    'HTTP_PROXY',
    'NOT_READY',
    'DIMSE_UNREACHABLE',
  ];
  const wrongSettings: readonly string[] = [
    'USAGE',
    'SETTINGS_INVALID',
    'OAUTH_SETTINGS',
    'HTTP_BAD_URL',
  ];
  if (wrongSettings.includes(code)) return exitCode.usage;
  return unreachable.includes(code) ? exitCode.unreachable : exitCode.failed;
}

function isAbort(error: unknown): boolean {
  return typeof error === 'string' || (error instanceof Error && error.name === 'AbortError');
}
