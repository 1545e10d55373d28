import { systemClock } from '#core/clock.ts';
import { type ControlClient, createControlClient } from '#core/control/client.ts';
import { createHttp } from '#core/undici-http.ts';

/** Opens a control client for one piece of work and closes its sockets afterwards. */
export async function withControlClient<T>(
  url: string,
  work: (control: ControlClient) => Promise<T>,
): Promise<T> {
  const http = createHttp({ clock: systemClock, timeoutMs: 10_000 });
  try {
    return await work(createControlClient(http, url));
  } finally {
    await http.close();
  }
}
