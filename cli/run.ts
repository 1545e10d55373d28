// One of the four places that render errors (ARCHITECTURE: errors).
import { CommanderError } from 'commander';
import { WorkbenchError } from '#core/errors.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { chooseLanguage, createSay } from './language.ts';
import { createProgram } from './program.ts';
import { createTerminal, renderError, type Terminal } from './terminal.ts';

/** @param home - folder of the running program */
export async function run(args: readonly string[], home: URL): Promise<number> {
  const stopping = new AbortController();
  const say = createSay(chooseLanguage(args, process.env), home);
  const terminal = createTerminal(say, stopping.signal);
  const release = abortOnSignals(stopping);
  try {
    return await createProgram(terminal)(args);
  } catch (error) {
    return failure(error, terminal);
  } finally {
    release();
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
    'NOT_READY',
  ];
  if (code === 'USAGE' || code === 'SETTINGS_INVALID' || code === 'HTTP_BAD_URL') {
    return exitCode.usage;
  }
  return unreachable.includes(code) ? exitCode.unreachable : exitCode.failed;
}

function isAbort(error: unknown): boolean {
  return typeof error === 'string' || (error instanceof Error && error.name === 'AbortError');
}
