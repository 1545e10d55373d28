import assert from 'node:assert/strict';
import { HttpBench, outcomeOf } from '#test/support/http-bench.ts';
import type { Listening } from '#test/support/listen.ts';
import { listenRaw } from '#test/support/raw-server.ts';

describe('createHttp, when a call is worth another attempt', () => {
  let bench: HttpBench;
  beforeEach(() => {
    bench = new HttpBench();
  });
  afterEach(() => bench.close());

  describe('another attempt', () => {
    /** Answers the given statuses in turn, then 200. */
    async function flaky(...statuses: number[]): Promise<Listening> {
      return bench.serve((_request, response) => {
        response.writeHead(statuses.shift() ?? 200, { 'retry-after': '2' }).end();
      });
    }

    it('follows 503 and 429 after the time the server asks for', async () => {
      const server = await flaky(503, 429);

      assert.equal(await outcomeOf(bench.open(), server.url), 'status 200');
      assert.deepEqual(bench.waits, [2000, 2000]);
      assert.deepEqual(
        bench.events.map(({ attempt, status }) => [attempt, status]),
        [
          [1, 503],
          [2, 429],
          [3, 200],
        ],
      );
    });

    it('ends after three, with the answer of the last', async () => {
      const server = await flaky(503, 503, 503, 503);

      assert.equal(await outcomeOf(bench.open(), server.url), 'status 503');
      assert.equal(bench.events.length, 3);
    });

    it('is not made for 500', async () => {
      const server = await flaky(500);

      assert.equal(await outcomeOf(bench.open(), server.url), 'status 500');
    });

    it('is not made for POST, unless the caller says it may be repeated', async () => {
      const once = await flaky(503);
      const twice = await flaky(503);
      const http = bench.open();

      const first = await http.send({ method: 'POST', url: once.url });
      const second = await http.send({ method: 'POST', url: twice.url, retry: 'idempotent' });

      assert.deepEqual([first.status, second.status], [503, 200]);
      await Promise.all([first.bytes(), second.bytes()]);
    });

    it('is not made for GET when the caller forbids it', async () => {
      const server = await flaky(503);

      const response = await bench.open().send({ method: 'GET', url: server.url, retry: 'never' });
      await response.bytes();

      assert.equal(response.status, 503);
    });

    /** Keeps its connection alive and resets it on the second request. */
    async function forgetful(): Promise<{ url: string; methods: string[] }> {
      const methods: string[] = [];
      const { url } = bench.own(
        await listenRaw((socket) => {
          socket.on('data', (data) => {
            const [method = ''] = /^[A-Z]+(?= \/)/.exec(data.toString('latin1')) ?? [];
            if (method !== '') methods.push(method);
            if (methods.length === 2) socket.resetAndDestroy();
            else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
          });
        }),
      );
      return { url, methods };
    }

    it('saves a GET whose reused connection the server has closed', async () => {
      const { url, methods } = await forgetful();
      const http = bench.open();

      assert.equal(await outcomeOf(http, url), 'status 200');
      assert.equal(await outcomeOf(http, url), 'status 200');
      assert.deepEqual(methods, ['GET', 'GET', 'GET']);
      assert.deepEqual(bench.waits, [100]);
    });

    it('is never made of a POST whose reused connection the server has closed', async () => {
      const { url, methods } = await forgetful();
      const http = bench.open();

      assert.equal(await outcomeOf(http, url, 'POST'), 'status 200');
      assert.equal(await outcomeOf(http, url, 'POST'), 'HTTP_DROPPED');
      assert.deepEqual(methods, ['POST', 'POST']);
    });

    it('does not reuse a connection the server is about to close', async () => {
      const sockets = new Set();
      const server = await bench.serve((request, response) => {
        sockets.add(request.socket);
        // Orthanc closes an idle connection after a second, and says so; here it is less than our margin.
        response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=0' }).end();
      });
      const http = bench.open();

      await outcomeOf(http, server.url);
      await outcomeOf(http, server.url);

      assert.equal(sockets.size, 2);
    });
  });
});
