import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attemptsFor, backoffMs, parseRetryAfter, retryDelayMs } from '#core/retry.ts';

const nowMs = Date.parse('2026-01-02T03:04:05Z');

describe('parseRetryAfter', () => {
  it('reads seconds', () => {
    assert.equal(parseRetryAfter('120', nowMs), 120_000);
  });

  it('reads an HTTP date', () => {
    assert.equal(parseRetryAfter('Fri, 02 Jan 2026 03:04:15 GMT', nowMs), 10_000);
  });

  it('takes a date in the past as now', () => {
    assert.equal(parseRetryAfter('Fri, 02 Jan 2026 03:00:00 GMT', nowMs), 0);
  });

  it('knows nothing of anything else', () => {
    assert.equal(parseRetryAfter('soon', nowMs), undefined);
    assert.equal(parseRetryAfter(undefined, nowMs), undefined);
  });
});

describe('retryDelayMs', () => {
  const chance = { nowMs, random: 0.5 };

  it('follows the server', () => {
    assert.equal(retryDelayMs({ status: 429, retryAfter: '3' }, 1, chance), 3000);
  });

  it('waits half a minute at most', () => {
    assert.equal(retryDelayMs({ status: 503, retryAfter: '30' }, 1, chance), 30_000);
  });

  it('gives up when the server asks for too much patience', () => {
    assert.equal(retryDelayMs({ status: 503, retryAfter: '31' }, 1, chance), undefined);
  });

  it('takes the jitter when the server says nothing', () => {
    assert.equal(retryDelayMs({ status: 503, retryAfter: undefined }, 2, chance), 200);
  });

  it('takes any other status as final', () => {
    for (const status of [200, 401, 500, 502]) {
      assert.equal(retryDelayMs({ status, retryAfter: '1' }, 1, chance), undefined);
    }
  });
});

describe('backoffMs', () => {
  it('stays between nothing and five seconds, and grows with the attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const delay = backoffMs(attempt, random);
          assert.ok(delay >= 0 && delay <= 5000);
          assert.ok(delay <= backoffMs(attempt + 1, random));
        },
      ),
    );
  });
});

describe('attemptsFor', () => {
  it('repeats what HTTP calls idempotent, in any case', () => {
    for (const method of ['GET', 'get', 'HEAD', 'PUT', 'DELETE']) {
      assert.equal(attemptsFor({ method, url: '' }, 3), 3);
    }
  });

  it('does not repeat POST and PATCH', () => {
    assert.equal(attemptsFor({ method: 'POST', url: '' }, 3), 1);
    assert.equal(attemptsFor({ method: 'PATCH', url: '' }, 3), 1);
  });

  it('does what the caller says', () => {
    assert.equal(attemptsFor({ method: 'POST', url: '', retry: 'idempotent' }, 3), 3);
    assert.equal(attemptsFor({ method: 'GET', url: '', retry: 'never' }, 3), 1);
  });
});
