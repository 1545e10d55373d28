import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '#core/control/client.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import type { ControlFlags } from '../program.ts';
import type { Terminal } from '../terminal.ts';

const patienceMs = 10_000;
const lastStepsMs = 1000;
const pauseMs = 50;

export async function stop(
  { url, json }: ControlFlags & { readonly json?: boolean },
  { print, remark, say, signal }: Terminal,
): Promise<number> {
  const pid = await withControlClient(url, async (control) => {
    const health = await control.health({ signal });
    await control.stop({ signal });
    if (await lasts(() => answers(control, health.pid), patienceMs, signal)) {
      throw doesNotEnd(health.pid);
    }
    return health.pid;
  });
  // A process of theirs alone ends now, and frees its data folder; one that does more goes on.
  await lasts(async () => isAlive(pid), lastStepsMs, signal);
  if (json) print(JSON.stringify({ stopped: pid }));
  else remark(say(text('The mock servers have ended.')));
  return exitCode.ok;
}

/** Whether it is still so when the time is over. */
async function lasts(
  isSo: () => Promise<boolean>,
  limitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pauseMs) {
    if (!(await isSo())) return false;
    await delay(pauseMs, undefined, { signal });
  }
  return isSo();
}

/** Another process there is someone who took the free port. */
async function answers(control: ControlClient, pid: number): Promise<boolean> {
  try {
    return (await control.health()).pid === pid;
  } catch {
    return false;
  }
}

/** Asks only: the id may belong to another process of another machine. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: there is no such process any more; EPERM: it is not ours.
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
