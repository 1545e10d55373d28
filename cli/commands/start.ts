import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import {
  defaultPorts,
  type MockServers,
  type StartOptions,
  startMockServers,
} from '#mock-servers/start.ts';
import { exitCode } from '../exit-code.ts';
import { type StartFlags, startOptions } from '../start-flags.ts';
import type { Terminal } from '../terminal.ts';

/** Runs until a signal, the end of the lease or `stop`; each is a clean end. */
export async function start(
  flags: StartFlags & { readonly lease?: number },
  { say, signal, print, remark }: Terminal,
): Promise<number> {
  const end = new AbortController();
  const options = startOptions(flags);
  const servers = await startOrExplain({
    ...options,
    ...(flags.lease !== undefined && { leaseSeconds: flags.lease }),
    onEnd: (reason) => end.abort(reason),
  });
  print(readyLine(servers));
  // Now, because V8 forgets the bytecode of what ran once, and a later cache would lack it.
  flushCompileCache();
  const ended = AbortSignal.any([signal, end.signal]);
  if (!ended.aborted) await once(ended, 'abort');
  await servers.stop();
  if (signal.reason === 'SIGINT') remark(say(text('Stopped.')));
  if (end.signal.reason === 'lease') {
    remark(say(text('The mock servers ended: nobody has renewed their lease.')));
  }
  return exitCode.ok;
}

/** ARCHITECTURE, contracts: one machine-readable line, only when everything is bound and seeded. */
export function readyLine({ urls }: MockServers): string {
  return `READY ${JSON.stringify(urls)}`;
}

/** @throws WorkbenchError `ALREADY_RUNNING`, `PORT_BUSY` */
export async function startOrExplain(options: StartOptions): Promise<MockServers> {
  try {
    return await startMockServers(options);
  } catch (error) {
    throw (await alreadyRunning(error, options.ports)) ?? error;
  }
}

/** A busy port that our own servers hold deserves a better sentence. */
async function alreadyRunning(
  error: unknown,
  wanted: Partial<Record<keyof typeof defaultPorts, number>> = {},
): Promise<WorkbenchError | undefined> {
  if (!(error instanceof WorkbenchError) || error.code !== 'PORT_BUSY') return undefined;
  const port = { ...defaultPorts, ...wanted }.openemr;
  const url = `http://127.0.0.1:${port}`;
  const { createHttp } = await import('#core/undici-http.ts');
  const { createControlClient } = await import('#core/control/client.ts');
  const { systemClock } = await import('#core/clock.ts');
  const http = createHttp({ clock: systemClock, timeoutMs: 2000 });
  try {
    const { pid } = await createControlClient(http, url).health();
    return new WorkbenchError(
      'ALREADY_RUNNING',
      text(
        'Mock servers already run at {url} (process {pid}). Use them, end them with "openemr-workbench stop", or start more with --port-openemr 0 and the other ports 0.',
        { url, pid },
      ),
      { cause: error },
    );
  } catch {
    // Whatever holds the port is not ours: the busy port is the message.
    return undefined;
  } finally {
    await http.close();
  }
}
