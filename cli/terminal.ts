// What a command needs of the world around it; tests pass their own.
import { WorkbenchError } from '#core/errors.ts';
import type { Say } from './language.ts';

export interface Terminal {
  /** A result: the only thing that goes to stdout. */
  print(line: string): void;
  /** Progress and remarks: stderr. */
  remark(line: string): void;
  readonly say: Say;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export function createTerminal(say: Say, signal: AbortSignal): Terminal {
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    remark: (line) => void process.stderr.write(`${line}\n`),
    say,
    environment: process.env,
    signal,
  };
}

/** One sentence for a person; the stack only for a bug. */
export function renderError(error: unknown, { say, remark }: Terminal): void {
  if (error instanceof WorkbenchError) remark(`${error.code}: ${say(error.text)}`);
  else remark(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
