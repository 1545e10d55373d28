import { text } from '#core/text.ts';
import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import type { ControlFlags } from '../program.ts';
import type { Terminal } from '../terminal.ts';

export async function reset(
  { url, empty }: ControlFlags & { readonly empty?: boolean },
  { remark, say, signal }: Terminal,
): Promise<number> {
  await withControlClient(url, (control) => control.reset(empty ? 'empty' : 'seed', { signal }));
  remark(
    say(
      empty
        ? text('The mock servers are empty.')
        : text('The mock servers are back at their seed.'),
    ),
  );
  return exitCode.ok;
}
