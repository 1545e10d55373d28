import type { Terminal } from '#cli/terminal.ts';
import { english } from '#core/text.ts';

/** A terminal that keeps what is printed. */
export function aTerminal(
  environment: Terminal['environment'] = {},
  confirm?: Terminal['confirm'],
): {
  terminal: Terminal;
  printed(): string;
  remarked(): string;
} {
  const out: string[] = [];
  const remarks: string[] = [];
  return {
    terminal: {
      print: (line) => void out.push(line),
      remark: (line) => void remarks.push(line),
      say: english,
      confirm,
      environment,
      signal: new AbortController().signal,
    },
    printed: () => out.join('\n'),
    remarked: () => remarks.join('\n'),
  };
}
