import assert from 'node:assert/strict';
import { HttpError } from '#core/http-error.ts';
import { createLogger, LogLevel } from '#core/log.ts';
import { OAuthError } from '#core/oauth/oauth-error.ts';
import { redact, redactText, redactUrl } from '#core/redact.ts';
import { fakeResponse } from '#test/support/fake-http.ts';
import { wireSamples } from '#test/support/wire-samples.ts';

const jwt = 'eyJhbGciOiJSUzM4NCJ9.eyJpc3MiOiJhYmMifQ.c2lnbmF0dXJl';

describe('redactUrl', () => {
  it('keeps where a call went and nothing it said', () => {
    assert.equal(
      redactUrl('https://admin:pw@host.test:9300/apis/default/fhir/Patient?name=Hong#x'),
      'https://host.test:9300/apis/default/fhir/Patient',
    );
  });

  it('hides what is no URL', () => {
    assert.equal(redactUrl('Hong Gildong'), '[redacted]');
  });
});

describe('redactText', () => {
  const cases = [
    ['a JWT', `token ${jwt} refused`],
    ['a bearer header', 'Authorization: Bearer abc.def'],
    ['a basic header', 'Basic YWRtaW46cGFzcw=='],
    ['a refresh token of OpenEMR', 'def50200a1b2c3'],
    ['a client secret of OpenEMR', 'x'.repeat(86)],
    ['the query of a URL', 'GET http://host.test/x?name=Hong'],
  ] as const;
  for (const [name, input] of cases) {
    it(`removes ${name}`, () => {
      const output = redactText(input);

      assert.doesNotMatch(output, /eyJ|abc|YWRt|a1b2|xxxx|Hong/);
    });
  }

  it('leaves an Orthanc id, a uuid and our own words alone', () => {
    const input =
      'sent 6816cb19-844d5aee-85245eba-28e841e6-2414fae2 for 9d1e6ae4-3f0b-4d5c-8a21-0c6f0a1b2c3d';

    assert.equal(redactText(input), input);
  });

  it('cuts what is too long for a log line', () => {
    assert.ok(redactText('word '.repeat(1000)).length <= 301);
  });
});

describe('redact', () => {
  it('keeps allowed fields, and hides any field nobody thought of', () => {
    const fields = { status: 401, url: 'http://h.test/x?q=1', patientName: 'Hong', pid: 7 };

    assert.deepEqual(redact(fields), {
      status: 401,
      url: 'http://h.test/x',
      patientName: '[redacted]',
      pid: '[redacted]',
    });
  });

  it('tells the size of bytes and the code of an error', () => {
    const error = new HttpError(fakeResponse({ status: 500 }), 'Hong');

    assert.deepEqual(redact({ body: new Uint8Array(12), cause: error }), {
      body: '[12 bytes]',
      cause: 'HttpError HTTP_STATUS',
    });
  });

  it('hides an object even under an allowed key', () => {
    assert.deepEqual(redact({ state: { name: 'Hong' } }), { state: '[redacted]' });
  });
});

describe('createLogger', () => {
  const lines: string[] = [];
  const log = createLogger((...line) => lines.push(JSON.stringify(line)));
  beforeEach(() => {
    lines.length = 0;
  });

  it('hands event and fields to the sink, level by level', () => {
    for (const level of Object.values(LogLevel)) log[level]('token refreshed', { expiresInS: 300 });

    assert.deepEqual(
      lines,
      Object.values(LogLevel).map((level) =>
        JSON.stringify([level, 'token refreshed', { expiresInS: 300 }]),
      ),
    );
  });

  for (const [name, { value, secrets }] of Object.entries(wireSamples)) {
    it(`lets nothing out of ${name}`, () => {
      const asText = JSON.stringify(value);
      const response = fakeResponse({ status: 400, body: asText }, `http://h.test/x?${secrets[0]}`);

      log.info('received', value);
      log.warn('received', { body: value, response: asText, cause: new Error(asText) });
      log.error('failed', { cause: new HttpError(response, asText), result: value });

      assert.equal(lines.length, 3);
      assert.ok(
        secrets.every((secret) => asText.includes(secret)),
        'the sample lacks its secret',
      );
      const leaked = secrets.filter((secret) => lines.join('\n').includes(secret));
      assert.deepEqual(leaked, []);
    });
  }
});

describe('error sentences', () => {
  for (const [name, { value, secrets }] of Object.entries(wireSamples)) {
    it(`repeat nothing of ${name}`, () => {
      const url = `http://h.test/x?q=${secrets[0]}`;
      const response = fakeResponse({ status: 400 }, url);
      const description = JSON.stringify(value);

      const errors = [
        new HttpError(response, description),
        new OAuthError(response, { error: 'invalid_request', hint: `${jwt} def50200abc` }),
      ];

      const shown = errors.map(({ message }) => message).join('\n');
      assert.deepEqual(
        [...secrets, jwt, 'def50200abc'].filter((secret) => shown.includes(secret)),
        [],
      );
    });
  }
});
