import assert from 'node:assert/strict';
import { describeFailure, isPassing } from '#core/http-failure.ts';

const withCode = (code: string) => Object.assign(new Error('private detail'), { code });

describe('describeFailure', () => {
  const cases = [
    ['ECONNREFUSED', 'HTTP_REFUSED', /refused/],
    ['EHOSTUNREACH', 'HTTP_REFUSED', /no network path/],
    ['ENETUNREACH', 'HTTP_REFUSED', /no network path/],
    ['ENOTFOUND', 'HTTP_UNKNOWN_HOST', /not known/],
    ['EAI_AGAIN', 'HTTP_UNKNOWN_HOST', /not known/],
    ['ETIMEDOUT', 'HTTP_TIMEOUT', /No connection/],
    ['UND_ERR_CONNECT_TIMEOUT', 'HTTP_TIMEOUT', /No connection/],
    ['UND_ERR_HEADERS_TIMEOUT', 'HTTP_TIMEOUT', /did not answer/],
    ['ECONNRESET', 'HTTP_DROPPED', /closed the connection/],
    ['EPIPE', 'HTTP_DROPPED', /closed the connection/],
    ['HPE_INVALID_CONSTANT', 'HTTP_DROPPED', /does not speak HTTP/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'HTTP_NOT_TLS', /does not speak TLS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'HTTP_TLS', /authority/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'HTTP_TLS', /authority/],
    ['CERT_NOT_YET_VALID', 'HTTP_TLS', /not valid yet/],
    ['CERT_REVOKED', 'HTTP_TLS', /handshake/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'HTTP_TLS', /handshake/],
    ['EPROTO', 'HTTP_TLS', /handshake/],
  ] as const;
  for (const [code, expected, sentence] of cases) {
    it(`has a sentence for ${code}`, () => {
      const cause = withCode(code);

      const error = describeFailure(cause, 'http://server.test:81/x');

      assert.equal(error?.code, expected);
      assert.match(error.message, sentence);
      assert.match(error.message, /server\.test:81/);
      assert.doesNotMatch(error.message, /private/);
      assert.equal(error.cause, cause);
    });
  }

  it('looks behind the errors that wrap the cause', () => {
    const wrapped = new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') });

    assert.equal(describeFailure(wrapped, 'http://server.test')?.code, 'HTTP_REFUSED');
  });

  it('leaves bugs alone', () => {
    for (const bug of [withCode('UND_ERR_INVALID_ARG'), new TypeError('x'), 'text', undefined]) {
      assert.equal(describeFailure(bug, 'http://server.test'), undefined);
    }
  });
});

describe('isPassing', () => {
  it('holds for what another attempt may cure', () => {
    const passing = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'CERT_REVOKED', 'ETIMEDOUT'].filter(
      (code) => {
        const error = describeFailure(withCode(code), 'http://server.test');
        return error !== undefined && isPassing(error);
      },
    );

    assert.deepEqual(passing, ['ECONNREFUSED', 'ECONNRESET']);
  });
});
