import assert from 'node:assert/strict';
import type { WorkbenchError } from '#core/errors.ts';
import { hasShape, isNumber } from '#core/guards.ts';
import { HttpError, readJson } from '#core/http-error.ts';
import { fakeResponse } from '#test/support/fake-http.ts';
import { HttpBench } from '#test/support/http-bench.ts';

const isAnswer = hasShape<{ a: number }>({ a: isNumber });

describe('readJson', () => {
  let bench: HttpBench;
  beforeEach(() => {
    bench = new HttpBench();
  });
  afterEach(() => bench.close());

  /** Over a real socket: content type and length are those of a server. */
  async function read(body: string, type = 'text/html', status = 200): Promise<unknown> {
    const server = await bench.serve((_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    const response = await bench.open().send({ method: 'GET', url: `${server.url}/x?secret=1` });
    return readJson(response, isAnswer);
  }

  it('returns what the guard accepts, whatever the content type says', async () => {
    assert.deepEqual(await read('{"a":1,"b":2}', 'text/html'), { a: 1, b: 2 });
  });

  const loginPage = `<!DOCTYPE html><form method="post"><input name="authUser"><input type='password'></form>`;
  const cases = [
    ['a login page', loginPage, 'HTTP_LOGIN_PAGE', /login page/],
    ['another web page', '<html><h1>It works!</h1></html>', 'HTTP_NOT_JSON', /web page/],
    ['an empty body', '', 'HTTP_NOT_JSON', /empty body/],
    ['text', 'Orthanc', 'HTTP_NOT_JSON', /not JSON/],
    ['JSON that is cut short', '{"a":', 'HTTP_NOT_JSON', /not JSON/],
    ['JSON of another kind', '{"b":1}', 'HTTP_NOT_JSON', /not the kind/],
    [
      'the page of a TLS port',
      '<center>The plain HTTP request was sent to HTTPS port</center>',
      'HTTP_NEEDS_TLS',
      /https/,
    ],
  ] as const;
  for (const [name, body, code, sentence] of cases) {
    it(`recognises ${name}`, async () => {
      await assert.rejects(read(body), (error: WorkbenchError) => {
        assert.equal(error.code, code);
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    });
  }

  it('recognises a redirect', async () => {
    await assert.rejects(
      read('<a href="/interface/login">moved</a>', 'text/html', 302),
      /redirects/,
    );
  });

  it('lets the caller name JSON of another kind', async () => {
    const named = new TypeError('mine');
    const read = readJson(fakeResponse({ body: {} }), isAnswer, () => named as never);

    await assert.rejects(read, (error) => error === named);
  });
});

describe('HttpError', () => {
  const sentences = [
    [301, /redirects/],
    [400, /refused the request/],
    [401, /access token/],
    [403, /scope or right/],
    [404, /does not exist/],
    [405, /does not support/],
    [429, /too many requests/],
    [500, /failed inside the server/],
    [502, /proxy/],
    [503, /overloaded/],
    [504, /in time/],
    [507, /failed inside the server/],
  ] as const;
  for (const [status, sentence] of sentences) {
    it(`has a sentence for ${status} that does not repeat the body`, () => {
      const response = fakeResponse({ status }, 'http://server.test/fhir/Patient?name=Hong');

      const error = new HttpError(response, '{"family":"Hong"}');

      assert.equal(error.code, 'HTTP_STATUS');
      assert.match(error.message, sentence);
      assert.match(error.message, /^http:\/\/server\.test\/fhir\/Patient /);
      assert.doesNotMatch(error.message, /Hong/);
      assert.equal(error.body, '{"family":"Hong"}');
    });
  }
});
