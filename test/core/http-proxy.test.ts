import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '#core/clock.ts';
import { type ProxySettings, proxyFor, proxyOfEnvironment } from '#core/http-proxy.ts';
import { createHttp } from '#core/undici-http.ts';
import { type RunningProxy, startProxy } from '#test/support/proxy.ts';
import { closedPort } from '#test/support/raw-server.ts';
import { listenTls, selfSigned } from '#test/support/tls.ts';

describe('proxyOfEnvironment', () => {
  it('reads the usual variables, small letters first', () => {
    assert.equal(proxyOfEnvironment({ NO_PROXY: 'a' }), undefined);
    assert.equal(proxyOfEnvironment({ HTTP_PROXY: '', HTTPS_PROXY: '' }), undefined);
    assert.deepEqual(proxyOfEnvironment({ HTTP_PROXY: 'A', http_proxy: 'b', NO_PROXY: 'c' }), {
      http: 'b',
      noProxy: 'c',
    });
    assert.deepEqual(proxyOfEnvironment({ HTTPS_PROXY: 'https://d' }), { https: 'https://d' });
  });
});

describe('proxyFor', () => {
  const settings = { http: 'proxy:3128', https: 'http://u:p@secure:1', noProxy: '' };
  const chosen = (url: string, noProxy = '') =>
    proxyFor(new URL(url), { ...settings, noProxy })?.host;

  it('takes the one of the protocol', () => {
    assert.equal(chosen('http://a.example/x'), 'proxy:3128');
    assert.equal(chosen('https://a.example/x'), 'secure:1');
    assert.equal(proxyFor(new URL('https://a.example'), { http: 'proxy:3128' }), undefined);
  });

  const here = [
    ...['localhost', 'localhost.', 'a.localhost', '127.0.0.1', '127.8.9.1:8080', '0.0.0.0:8042'],
    ...['[::1]:80', '[::]:8042', '[::ffff:127.0.0.1]'],
  ];
  for (const host of here) {
    it(`never takes one to ${host}`, () => {
      assert.equal(chosen(`http://${host}/`), undefined);
      assert.equal(chosen(`https://${host}/`), undefined);
    });
  }

  const exemptions: readonly (readonly [noProxy: string, url: string, isExempt: boolean])[] = [
    ['*', 'http://a.example', true],
    ['a.example', 'http://a.example', true],
    ['a.example', 'http://b.a.example', true],
    ['.a.example', 'http://b.a.example', true],
    ['*.a.example', 'http://B.A.example', true],
    ['a.example', 'http://ba.example', false],
    ['x, a.example', 'http://a.example', true],
    ['x a.example', 'https://a.example', true],
    ['a.example:8080', 'http://a.example:8080', true],
    ['a.example:8080', 'http://a.example', false],
    ['a.example:443', 'https://a.example', true],
    ['10.0.0.7', 'http://10.0.0.7', true],
    ['fd00::7', 'http://[fd00::7]:8080', true],
    ['[FD00::7]', 'http://[fd00::7]', true],
    ['[fd00::7]:8080', 'http://[fd00::7]:8080', true],
    ['[fd00::7]:8080', 'http://[fd00::7]', false],
    ['fd00::7', 'http://[fd00::8]', false],
    ['.', 'http://a.example', false],
  ];
  for (const [noProxy, url, isExempt] of exemptions) {
    it(`${isExempt ? 'takes none' : 'takes one'} to ${url} with NO_PROXY=${noProxy}`, () => {
      assert.equal(chosen(url, noProxy) === undefined, isExempt);
    });
  }

  it('refuses an address that is none', () => {
    for (const http of ['http://', 'socks5://proxy:1', 'a b']) {
      assert.throws(() => proxyFor(new URL('http://a.example'), { http }), { code: 'HTTP_PROXY' });
    }
  });
});

describe('createHttp behind a proxy', () => {
  let server: Server;
  let address: string;
  let closers: (() => Promise<unknown>)[];
  beforeEach(async () => {
    server = createServer((req, res) => res.end(`${req.method} ${req.url} ${req.headers.host}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    closers = [() => new Promise((resolve) => server.close(resolve))];
  });
  afterEach(async () => {
    server.closeAllConnections();
    for (const close of closers.reverse()) await close();
  });

  async function proxyTo(target: string, credentials?: string): Promise<RunningProxy> {
    const proxy = await startProxy(target, credentials);
    closers.push(() => proxy.close());
    return proxy;
  }

  async function get(url: string, proxy: ProxySettings, ca?: string): Promise<string> {
    const http = createHttp({ clock: systemClock, maxAttempts: 1, proxy, ...(ca && { ca }) });
    closers.push(() => http.close());
    return (await http.send({ method: 'GET', url })).text();
  }

  it('asks the proxy for what is elsewhere', async () => {
    const proxy = await proxyTo(address);

    assert.equal(
      await get('http://openemr.test/x?y=1', { http: proxy.host }),
      'GET /x?y=1 openemr.test',
    );
    assert.deepEqual(proxy.asked, ['GET http://openemr.test/x?y=1']);
  });

  it('lets TLS through the proxy and trusts the same certificates', async () => {
    const certificate = await selfSigned('openemr.test');
    const secure = await listenTls(certificate, (_req, res) => res.end('safe'));
    closers.push(() => secure.close());
    const proxy = await proxyTo(secure.url);
    const settings = { https: `http://${proxy.host}` };

    assert.equal(await get('https://openemr.test/', settings, certificate.cert), 'safe');
    assert.deepEqual(proxy.asked, ['CONNECT openemr.test:443']);
    await assert.rejects(get('https://openemr.test/', settings), { code: 'HTTP_TLS' });
  });

  it('reaches this machine and what is exempt without it', async () => {
    const proxy = await proxyTo('http://127.0.0.1:1');

    assert.match(await get(`${address}/x`, { http: proxy.host, https: proxy.host }), /^GET \/x/);
    assert.deepEqual(proxy.asked, []);
  });

  it('sends the credentials of the address, and says who refused without them', async () => {
    const proxy = await proxyTo(address, 'kim:secret');
    const [url, secured] = ['http://openemr.test/', 'https://openemr.test/'];

    assert.match(await get(url, { http: `http://kim:secret@${proxy.host}` }), /^GET/);
    for (const target of [url, secured]) {
      await assert.rejects(get(target, { http: proxy.host, https: proxy.host }), (error: Error) => {
        assert.match(error.message, new RegExp(`${proxy.host}.*status 407`));
        return 'code' in error && error.code === 'HTTP_PROXY';
      });
    }
  });

  it('says that the proxy does not answer', async () => {
    const proxy = await closedPort();

    for (const url of ['http://openemr.test/', 'https://openemr.test/']) {
      await assert.rejects(get(url, { http: proxy, https: proxy }), { code: 'HTTP_PROXY' });
    }
  });
});
