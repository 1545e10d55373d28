// A real Http over real sockets whose pauses take no time; everything opened is closed with it.
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { systemClock } from '#core/clock.ts';
import { WorkbenchError } from '#core/errors.ts';
import type { Http, HttpEvent } from '#core/http.ts';
import { createHttp, type HttpOptions } from '#core/undici-http.ts';
import { type Listening, listen } from './listen.ts';

interface Closable {
  close(): Promise<void>;
}

export class HttpBench {
  readonly events: HttpEvent[] = [];
  readonly waits: number[] = [];
  readonly #opened: Closable[] = [];

  own<T extends Closable>(closable: T): T {
    this.#opened.push(closable);
    return closable;
  }

  open(options: Partial<HttpOptions> = {}): Http {
    return this.own(
      createHttp({
        clock: systemClock,
        random: () => 0.5,
        wait: async (ms) => void this.waits.push(ms),
        onEvent: (event) => this.events.push(event),
        ...options,
      }),
    );
  }

  async serve(handler: RequestListener): Promise<Listening> {
    return this.own(await listen(handler));
  }

  async close(): Promise<void> {
    for (const { close } of this.#opened.splice(0)) await close();
  }
}

/** `status 200`, or the code of the error. */
export async function outcomeOf(http: Http, url: string, method = 'GET'): Promise<string> {
  try {
    const response = await http.send({ method, url });
    await response.bytes();
    return `status ${response.status}`;
  } catch (error) {
    assert.ok(error instanceof WorkbenchError, String(error));
    return error.code;
  }
}
