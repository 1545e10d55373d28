import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WorkbenchError } from '#core/errors.ts';
import { HttpBench, outcomeOf } from '#test/support/http-bench.ts';
import { closedPort, listenRaw } from '#test/support/raw-server.ts';
import { listenTls, selfSigned } from '#test/support/tls.ts';

describe('createHttp, when the network fails', () => {
  let bench: HttpBench;
  beforeEach(() => {
    bench = new HttpBench();
  });
  afterEach(() => bench.close());

  describe('a failure', () => {
    it('names a closed port', async () => {
      assert.equal(await outcomeOf(bench.open(), await closedPort()), 'HTTP_REFUSED');
    });

    it('names an unknown host', async () => {
      assert.equal(
        await outcomeOf(bench.open(), 'http://no-such-host.invalid/'),
        'HTTP_UNKNOWN_HOST',
      );
    });

    it('names a server that never answers', async () => {
      const server = await bench.serve(() => {});

      assert.equal(await outcomeOf(bench.open({ timeoutMs: 20 }), server.url), 'HTTP_TIMEOUT');
      assert.equal(bench.events.length, 1);
    });

    it('names a body that stops', async () => {
      const server = await bench.serve((_request, response) => void response.write('half'));

      assert.equal(await outcomeOf(bench.open({ timeoutMs: 20 }), server.url), 'HTTP_TIMEOUT');
      assert.equal(bench.events[0]?.status, 200);
      assert.equal(bench.events[0]?.errorCode, 'HTTP_TIMEOUT');
    });

    it('names a connection that is dropped before the answer', async () => {
      const server = bench.own(await listenRaw((socket) => socket.destroy()));

      assert.equal(await outcomeOf(bench.open(), server.url), 'HTTP_DROPPED');
    });

    it('names a connection that is dropped within the answer', async () => {
      const server = await bench.serve((_request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('only this');
        response.socket?.end();
      });

      assert.equal(await outcomeOf(bench.open(), server.url), 'HTTP_DROPPED');
    });

    it('names a service that does not speak HTTP', async () => {
      const server = bench.own(await listenRaw((socket) => socket.end('220 mail.test ESMTP\r\n')));

      const send = bench.open().send({ method: 'POST', url: server.url });

      await assert.rejects(send, /does not speak HTTP/);
    });

    for (const url of ['', 'localhost:8081', 'ftp://server.test/', 'server', 'http://']) {
      it(`names the bad address "${url}"`, async () => {
        assert.equal(await outcomeOf(bench.open(), url), 'HTTP_BAD_URL');
      });
    }

    it('does not repeat a password in an address', async () => {
      const send = bench
        .open()
        .send({ method: 'GET', url: 'http://admin:pa55@server.test/?token=t0k' });

      await assert.rejects(send, (error: WorkbenchError) => {
        assert.equal(error.code, 'HTTP_BAD_URL');
        assert.doesNotMatch(error.message, /admin|pa55|t0k/);
        return true;
      });
    });
  });

  describe('TLS', () => {
    async function failureAt(certificate: { cert: string; key: string }, options = {}) {
      const server = bench.own(
        await listenTls(certificate, (_request, response) => response.end('ok')),
      );
      try {
        const response = await bench.open(options).send({ method: 'GET', url: server.url });
        return await response.text();
      } catch (error) {
        assert.ok(error instanceof WorkbenchError);
        return `${error.code}: ${error.text.template}`;
      }
    }

    it('names a self-signed certificate', async () => {
      assert.match(await failureAt(await selfSigned('127.0.0.1')), /^HTTP_TLS: .*self-signed/);
    });

    it('trusts it as a custom CA, besides those of the system', async () => {
      const certificate = await selfSigned('127.0.0.1');

      assert.equal(await failureAt(certificate, { ca: certificate.cert }), 'ok');
    });

    it('trusts it in a process started with NODE_EXTRA_CA_CERTS, as the sentence says', async () => {
      const certificate = await selfSigned('127.0.0.1');
      const server = bench.own(await listenTls(certificate, (_, response) => response.end()));
      const folder = await mkdtemp(path.join(tmpdir(), 'ca-'));
      const file = path.join(folder, 'ca.pem');
      await writeFile(file, certificate.cert);
      const program = fileURLToPath(new URL('../support/get-once.ts', import.meta.url));

      const { stdout } = await promisify(execFile)(process.execPath, [program, server.url], {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
      });
      await rm(folder, { recursive: true });

      assert.equal(stdout, '200');
    });

    it('names a certificate for another host', async () => {
      const certificate = await selfSigned('openemr.test');

      const failure = await failureAt(certificate, { ca: certificate.cert });

      assert.match(failure, /^HTTP_TLS: .*another name/);
    });

    it('names an expired certificate', async () => {
      const certificate = await selfSigned('127.0.0.1', 5);

      const failure = await failureAt(certificate, { ca: certificate.cert });

      assert.match(failure, /^HTTP_TLS: .*expired/);
    });

    it('recognises https sent to an http port', async () => {
      const server = await bench.serve((_request, response) => response.end());

      assert.equal(
        await outcomeOf(bench.open(), server.url.replace('http:', 'https:')),
        'HTTP_NOT_TLS',
      );
    });

    it('recognises http sent to an https port', async () => {
      const server = bench.own(
        await listenTls(await selfSigned('127.0.0.1'), (_, response) => response.end()),
      );
      const plain = server.url.replace('https:', 'http:');

      assert.equal(await outcomeOf(bench.open(), plain), 'HTTP_NEEDS_TLS');
      assert.equal(await outcomeOf(bench.open(), plain, 'POST'), 'HTTP_NEEDS_TLS');
    });
  });
});
