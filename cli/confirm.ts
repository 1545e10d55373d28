// A yes or no from the person at the terminal. The terminal stays in its own line mode: Ctrl+C is a signal then.
import { createInterface } from 'node:readline';
import { printable } from './printable.ts';

/** ㅛ is y on a Korean keyboard that is not switched over. */
const yes = /^(?:y|yes|ㅛ|예|네)$/i;

/** Anything but a yes is a no, also the end of the input. @throws the signal's reason when aborted */
export function confirm(
  question: string,
  {
    input,
    output,
    signal,
  }: {
    readonly input: NodeJS.ReadableStream;
    readonly output: NodeJS.WritableStream;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  signal.throwIfAborted();
  output.write(`${printable(question)} [y/N] `);
  const lines = createInterface({ input, terminal: false });
  return new Promise<boolean>((resolve, reject) => {
    lines.once('line', (line) => resolve(yes.test(line.trim())));
    lines.once('close', () => resolve(false));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  }).finally(() => lines.close());
}
