import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '#core/control/client.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import type { ControlFlags } from '../program.ts';
import type { Terminal } from '../terminal.ts';

const pauseMs = 100;

export async function wait(
  { url, timeout, json }: ControlFlags & { readonly timeout: number; readonly json?: boolean },
  { signal, print, remark, say }: Terminal,
): Promise<number> {
  const deadline = AbortSignal.timeout(timeout * 1000);
  const either = AbortSignal.any([signal, deadline]);
  return withControlClient(url, async (control) => {
    while (!(await isReady(control, either))) {
      await delay(pauseMs, undefined, { signal: either }).catch(() => undefined);
      signal.throwIfAborted();
      if (deadline.aborted) throw notReady(url, timeout);
    }
    if (json) print(JSON.stringify({ ready: true, url }));
    else remark(say(text('The mock servers at {url} are ready.', { url })));
    return exitCode.ok;
  });
}

async function isReady(control: ControlClient, signal: AbortSignal): Promise<boolean> {
  try {
    return (await control.health({ signal })).status === 'ready';
  } catch (error) {
    if (signal.aborted) return false;
    const passing: readonly string[] = ['HTTP_REFUSED', 'HTTP_DROPPED', 'HTTP_TIMEOUT'];
    if (error instanceof WorkbenchError && passing.includes(error.code)) return false;
    throw error;
  }
}

function notReady(url: string, seconds: number): WorkbenchError {
  return new WorkbenchError(
    'NOT_READY',
    text(
      'The mock servers at {url} were not ready within {seconds} s. Check that they are being started and that the address is right, or wait longer with --timeout.',
      { url, seconds },
    ),
  );
}
