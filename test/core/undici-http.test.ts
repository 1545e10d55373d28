import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '#core/clock.ts';
import { createHttp } from '#core/undici-http.ts';
import { HttpBench } from '#test/support/http-bench.ts';

describe('createHttp', () => {
  let bench: HttpBench;
  beforeEach(() => {
    bench = new HttpBench();
  });
  afterEach(() => bench.close());

  describe('an answer', () => {
    it('has status, joined headers, a URL without its query, and its text', async () => {
      const server = await bench.serve((_request, response) => {
        response.setHeader('X-Twice', ['a', 'b']);
        response.statusCode = 418;
        response.end('홍길동');
      });

      const response = await bench.open().send({ method: 'GET', url: `${server.url}/x?name=Kim` });

      assert.equal(response.status, 418);
      assert.equal(response.headers['x-twice'], 'a, b');
      assert.equal(response.url, `${server.url}/x`);
      assert.equal(await response.text(), '홍길동');
      assert.equal((await response.bytes()).byteLength, 9);
    });

    it('is reported once it was read, without the query', async () => {
      const server = await bench.serve((_request, response) => response.end('12345'));

      const request = { method: 'PUT', url: `${server.url}/x?name=Kim`, body: 'abc' };
      await (await bench.open().send(request)).bytes();

      assert.equal(bench.events.length, 1);
      const { startedAtMs, durationMs, ...rest } = bench.events[0] ?? assert.fail();
      assert.ok(startedAtMs > 0 && durationMs >= 0);
      assert.deepEqual(rest, {
        method: 'PUT',
        url: `${server.url}/x`,
        attempt: 1,
        status: 200,
        requestBytes: 3,
        responseBytes: 5,
      });
    });

    it('can be read again once it was read whole', async () => {
      const server = await bench.serve((_request, response) => response.end('again'));

      const response = await bench.open().send({ method: 'GET', url: server.url });
      const texts = [await response.text(), await response.text()];
      for await (const chunk of response.stream()) texts.push(Buffer.from(chunk).toString());

      assert.deepEqual(texts, ['again', 'again', 'again']);
      assert.equal(bench.events.length, 1);
    });

    it('streams, and may be left early', async () => {
      const server = await bench.serve((_request, response) => {
        response.write('first');
      });

      const response = await bench.open().send({ method: 'GET', url: server.url });
      for await (const chunk of response.stream()) {
        assert.equal(Buffer.from(chunk).toString(), 'first');
        break;
      }

      assert.equal(bench.events[0]?.responseBytes, 5);
    });
  });

  describe('a streamed body', () => {
    async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
      for (const piece of texts) {
        await setImmediate();
        yield Buffer.from(piece);
      }
    }
    const echo: RequestListener = (request, response) => request.pipe(response);

    it('arrives whole and is counted', async () => {
      const server = await bench.serve(echo);

      const body = () => pieces('one', 'two');
      const response = await bench.open().send({ method: 'POST', url: server.url, body });

      assert.equal(await response.text(), 'onetwo');
      assert.equal(bench.events[0]?.requestBytes, 6);
    });

    it('is opened again for the second attempt', async () => {
      let calls = 0;
      const server = await bench.serve((request, response) => {
        calls += 1;
        if (calls === 1) response.writeHead(503).end();
        else echo(request, response);
      });
      let opens = 0;
      const body = () => {
        opens += 1;
        return pieces('again');
      };

      const response = await bench.open().send({ method: 'PUT', url: server.url, body });

      assert.equal(await response.text(), 'again');
      assert.equal(opens, 2);
    });

    it('that fails is thrown as it is, and not retried', async () => {
      const server = await bench.serve(echo);
      const failure = new Error('disk');
      // biome-ignore lint/correctness/useYield: the failure comes before the first piece
      async function* broken(): AsyncIterable<Uint8Array> {
        throw failure;
      }

      const send = bench.open().send({ method: 'PUT', url: server.url, body: broken });

      await assert.rejects(send, (error) => error === failure);
      assert.deepEqual(bench.waits, []);
    });
  });

  describe('an abort', () => {
    it('ends a call with the reason of the signal, unreported', async () => {
      const server = await bench.serve(() => {});
      const stop = new AbortController();
      const reason = new Error('the user pressed Cancel');

      const send = bench.open().send({ method: 'GET', url: server.url }, { signal: stop.signal });
      await setImmediate();
      stop.abort(reason);

      await assert.rejects(send, (error) => error === reason);
      assert.deepEqual(bench.events, []);
    });

    it('ends the reading of a body', async () => {
      const server = await bench.serve((_request, response) => void response.write('half'));
      const stop = new AbortController();

      const response = await bench
        .open()
        .send({ method: 'GET', url: server.url }, { signal: stop.signal });
      const read = response.text();
      stop.abort();

      await assert.rejects(read, { name: 'AbortError' });
    });

    it('ends the pause before another attempt', async () => {
      const server = await bench.serve((_request, response) => {
        response.writeHead(503, { 'retry-after': '20' }).end();
      });
      const stop = new AbortController();
      const http = createHttp({ clock: systemClock, onEvent: () => stop.abort() });
      bench.own(http);

      const send = http.send({ method: 'GET', url: server.url }, { signal: stop.signal });

      await assert.rejects(send, { name: 'AbortError' });
    });
  });
});
