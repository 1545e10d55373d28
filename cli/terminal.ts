// What a command needs of the world around it; tests pass their own.
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { confirm } from './confirm.ts';
import type { Say } from './language.ts';
import { printable } from './printable.ts';
import { optionsForError } from './setting-options.ts';

export interface Terminal {
  /** A result: the only thing that goes to stdout. */
  print(line: string): void;
  /** Progress and remarks: stderr. */
  remark(line: string): void;
  readonly say: Say;
  /** Asks the person; undefined when nobody sits there, as in a script. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export function createTerminal(say: Say, signal: AbortSignal): Terminal {
  const { stdin: input, stderr: output } = process;
  const isWatched = input.isTTY && output.isTTY;
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    remark: (line) => void process.stderr.write(`${line}\n`),
    say,
    confirm: isWatched ? (question) => confirm(question, { input, output, signal }) : undefined,
    environment: process.env,
    signal,
  };
}

/** One sentence for a person; the stack only for a bug. */
export function renderError(error: unknown, { say, remark }: Terminal): void {
  if (error instanceof WorkbenchError) {
    remark(printable(`${error.code}: ${say(error.text)}`));
    const options = optionsForError(error);
    if (options !== undefined) remark(say(text('On the command line: {options}', { options })));
  } else remark(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
