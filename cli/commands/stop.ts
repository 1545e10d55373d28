import { setTimeout as delay } from 'node:timers/promises';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import type { ControlFlags } from '../program.ts';
import type { Terminal } from '../terminal.ts';

const patienceMs = 10_000;
const pauseMs = 50;

export async function stop(
  { url, json }: ControlFlags & { readonly json?: boolean },
  { print, remark, say, signal }: Terminal,
): Promise<number> {
  // The process id comes from a health answer that only our mock servers give.
  const { pid } = await withControlClient(url, (control) => control.health({ signal }));
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; isAlive(pid); waited += pauseMs) {
    if (waited >= patienceMs) throw doesNotEnd(pid);
    await delay(pauseMs, undefined, { signal });
  }
  if (json) print(JSON.stringify({ stopped: pid }));
  else remark(say(text('The mock servers have ended.')));
  return exitCode.ok;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: there is no such process any more.
    return false;
  }
}

function doesNotEnd(pid: number): WorkbenchError {
  return new WorkbenchError(
    'NOT_READY',
    text('The mock servers (process {pid}) did not end within 10 s. End the process by hand.', {
      pid,
    }),
  );
}
