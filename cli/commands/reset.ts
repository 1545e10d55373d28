import { text } from '#core/text.ts';
import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import type { ControlFlags } from '../program.ts';
import type { Terminal } from '../terminal.ts';

export async function reset(
  { url, empty, json }: ControlFlags & { readonly empty?: boolean; readonly json?: boolean },
  { print, remark, say, signal }: Terminal,
): Promise<number> {
  await withControlClient(url, (control) => control.reset(empty ? 'empty' : 'seed', { signal }));
  const to = empty ? 'empty' : 'seed';
  const sentence = empty
    ? text('The mock servers are empty.')
    : text('The mock servers are back at their seed.');
  if (json) print(JSON.stringify({ reset: to }));
  else remark(say(sentence));
  return exitCode.ok;
}
