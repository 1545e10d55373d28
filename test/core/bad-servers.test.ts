// What a person sees when the server at the other end is not what the settings say: over real sockets,
// through the client a view uses, in both languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { WorkbenchError } from '#core/errors.ts';
import { createFhirClient } from '#core/fhir/client.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { english, fill } from '#core/text.ts';
import { HttpBench } from '#test/support/http-bench.ts';
import { closedPort, listenRaw } from '#test/support/raw-server.ts';
import { listenTls, selfSigned } from '#test/support/tls.ts';

const bundle = parseJson(
  readFileSync(new URL('../../l10n/ko/core-clients.json', import.meta.url), 'utf8'),
);
assert.ok(isRecord(bundle));

const answer =
  (status: number, body = '', headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);
const loginPage = '<html><form><input name="authUser"><input type="password"></form></html>';

describe('A server that is not what the settings say', () => {
  let bench: HttpBench;
  beforeEach(() => {
    bench = new HttpBench();
  });
  afterEach(() => bench.close());

  const served = async (handler: RequestListener) => (await bench.serve(handler)).url;
  const raw = async (text: string) =>
    bench.own(await listenRaw((socket) => void socket.end(text))).url;
  const tls = async (hostName: string, days?: number) =>
    bench.own(await listenTls(await selfSigned(hostName, days), answer(200, '{}'))).url;
  const under = (url: Promise<string>, scheme: string) =>
    url.then((address) => address.replace(/^https?:/, scheme));

  const cases: readonly [string, () => Promise<string>, string, RegExp, RegExp][] = [
    ['no address', async () => '', 'HTTP_BAD_URL', /is empty/, /비어/],
    ['no URL', async () => 'localhost:8081', 'HTTP_BAD_URL', /not a server address/, /서버 주소가/],
    ['a closed port', closedPort, 'HTTP_REFUSED', /Nothing answers at 127/, /연결이 거부/],
    [
      'an unknown name',
      async () => 'http://openemr.invalid',
      'HTTP_UNKNOWN_HOST',
      /openemr\.invalid is not known/,
      /이름을 찾을 수 없/,
    ],
    [
      'http at an https port',
      () => under(tls('127.0.0.1'), 'http:'),
      'HTTP_NEEDS_TLS',
      /expects https/,
      /https를 요구/,
    ],
    [
      'https at an http port',
      () => under(served(answer(200)), 'https:'),
      'HTTP_NOT_TLS',
      /does not speak TLS/,
      /TLS를 사용하지 않/,
    ],
    ['a self-signed certificate', () => tls('127.0.0.1'), 'HTTP_TLS', /self-signed/, /자체 서명/],
    [
      'no HTTP',
      () => raw('+OK POP3\r\n'),
      'HTTP_DROPPED',
      /does not speak HTTP/,
      /HTTP가 아닙니다/,
    ],
    ['a dropped connection', () => raw(''), 'HTTP_DROPPED', /closed the connection/, /연결을 끊/],
    [
      'a login page',
      () => served(answer(200, loginPage)),
      'HTTP_LOGIN_PAGE',
      /login page/,
      /로그인 페이지/,
    ],
    [
      'a web page',
      () => served(answer(200, '<h1>It works</h1>')),
      'HTTP_NOT_JSON',
      /web page/,
      /웹 페이지/,
    ],
    ['nothing', () => served(answer(200)), 'HTTP_NOT_JSON', /empty body/, /빈 본문/],
    ['text', () => served(answer(200, 'hello')), 'HTTP_NOT_JSON', /not JSON/, /JSON이 아닌/],
    [
      'other JSON',
      () => served(answer(200, '{}')),
      'FHIR_BAD_ANSWER',
      /not a FHIR Bundle/,
      /Bundle이 아닌/,
    ],
    [
      'a redirect',
      () => served(answer(302, '', { location: '/interface/login/login.php' })),
      'HTTP_STATUS',
      /redirects elsewhere/,
      /다른 주소로/,
    ],
    ['401', () => served(answer(401)), 'HTTP_STATUS', /access token.*401/, /액세스 토큰/],
    ['403', () => served(answer(403)), 'HTTP_STATUS', /not allow.*403/, /허용하지 않/],
    ['404', () => served(answer(404, '[]')), 'FHIR_NOT_FOUND', /does not exist/, /이 서버에 없/],
    [
      '429',
      () => served(answer(429, '', { 'retry-after': '0' })),
      'HTTP_STATUS',
      /too many requests/,
      /너무 많/,
    ],
    [
      '500',
      () => served(answer(500, '<html>')),
      'HTTP_STATUS',
      /inside the server.*500/,
      /내부 오류/,
    ],
    ['502', () => served(answer(502)), 'HTTP_STATUS', /proxy/, /프록시/],
    ['503', () => served(answer(503)), 'HTTP_STATUS', /overloaded/, /과부하/],
    ['504', () => served(answer(504)), 'HTTP_STATUS', /in time/, /제때/],
  ];
  for (const [name, open, code, sentence, korean] of cases) {
    it(`${name}: one clear sentence`, async () => {
      const baseUrl = await open();
      const search = async () =>
        createFhirClient({ http: bench.open(), baseUrl }).searchPage('Patient', { name: 'Hong' });

      await assert.rejects(search, (error: unknown) => {
        assert.ok(error instanceof WorkbenchError, String(error));
        const { template, args } = error.text;
        const translated = fill(String(bundle[template]), args);
        assert.equal(error.code, code);
        assert.match(english(error.text), sentence);
        assert.match(translated, korean);
        for (const shown of [english(error.text), translated]) {
          assert.doesNotMatch(shown, /Hong|\{\w+\}/);
          assert.ok(shown.length <= 200, shown);
        }
        return true;
      });
    });
  }
});
