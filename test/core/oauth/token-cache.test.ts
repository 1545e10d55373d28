import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { OAuthError } from '#core/oauth/oauth-error.ts';
import { createTokenCache, type TokenPlan } from '#core/oauth/token-cache.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import { type FakeClock, fakeClock } from '#test/support/fake-clock.ts';
import { fakeResponse } from '#test/support/fake-http.ts';

describe('createTokenCache', () => {
  let clock: FakeClock;
  let made: number;
  beforeEach(() => {
    clock = fakeClock();
    made = 0;
  });

  function aToken(lifeS: number, rest: Partial<TokenSet> = {}): TokenSet {
    made += 1;
    const expiresAtMs = clock.now() + lifeS * 1000;
    return {
      accessToken: `t${made}`,
      tokenType: 'Bearer',
      expiresAtMs,
      scopes: [],
      extras: {},
      ...rest,
    };
  }
  const every = (lifeS: number): TokenPlan => ({ request: async () => aToken(lifeS) });
  const refusal = () =>
    new OAuthError(fakeResponse({ status: 401 }), {
      error: 'invalid_request',
      hint: 'Token has expired',
    });

  it('requests once and keeps the token', async () => {
    const cache = createTokenCache({ clock });

    const first = await cache.get('a', every(3600));
    clock.advance(3_000_000);
    const second = await cache.get('a', every(3600));

    assert.equal(first, second);
    assert.equal(cache.peek('a'), first);
  });

  it('waits for a refresh under way, whose refresh token a forgetting would lose', async () => {
    const cache = createTokenCache({ clock });
    const { promise, resolve } = Promise.withResolvers<TokenSet>();
    cache.put('a', aToken(0, { refreshToken: 'used' }));
    const refreshing = cache.get('a', { refresh: () => promise });

    const settled = cache.settled('a');
    resolve(aToken(3600, { refreshToken: 'rotated' }));
    await settled;

    assert.equal(cache.peek('a')?.refreshToken, 'rotated');
    await refreshing;
  });

  it('renews a minute before the end', async () => {
    const cache = createTokenCache({ clock });
    await cache.get('a', every(3600));

    clock.advance(3_540_000 - 1);
    assert.equal((await cache.get('a', every(3600)))?.accessToken, 't1');
    clock.advance(1);
    assert.equal((await cache.get('a', every(3600)))?.accessToken, 't2');
  });

  it('renews a short token after four fifths of its life', async () => {
    const cache = createTokenCache({ clock });
    await cache.get('a', every(10));

    clock.advance(7_999);
    assert.equal((await cache.get('a', every(10)))?.accessToken, 't1');
    clock.advance(1);
    assert.equal((await cache.get('a', every(10)))?.accessToken, 't2');
  });

  it('keeps a token that never ends', async () => {
    const cache = createTokenCache({ clock });
    const plan = {
      request: async (): Promise<TokenSet> => {
        const { expiresAtMs: _, ...endless } = aToken(1);
        return endless;
      },
    };

    await cache.get('a', plan);
    clock.advance(10 ** 12);

    assert.equal((await cache.get('a', plan))?.accessToken, 't1');
  });

  it('shares one request among all who ask for a key, and keeps keys apart', async () => {
    const cache = createTokenCache({ clock });
    const plan: TokenPlan = {
      request: async () => {
        await setImmediate();
        return aToken(60);
      },
    };

    const [one, two, other] = await Promise.all([
      cache.get('a', plan),
      cache.get('a', plan),
      cache.get('b', plan),
    ]);

    assert.equal(one, two);
    assert.notEqual(one?.accessToken, other?.accessToken);
    assert.equal(made, 2);
  });

  it('asks again after a failure', async () => {
    const cache = createTokenCache({ clock });

    await assert.rejects(cache.get('a', { request: () => Promise.reject(refusal()) }), OAuthError);

    assert.equal((await cache.get('a', every(60)))?.accessToken, 't1');
  });

  it('lets a caller stop waiting without taking the answer from the others', async () => {
    const cache = createTokenCache({ clock });
    const stop = new AbortController();
    const { promise, resolve } = Promise.withResolvers<TokenSet>();
    const plan = { request: () => promise };

    const impatient = cache.get('a', plan, { signal: stop.signal });
    const patient = cache.get('a', plan);
    stop.abort();

    await assert.rejects(impatient, { name: 'AbortError' });
    resolve(aToken(60));
    assert.equal((await patient)?.accessToken, 't1');
  });

  it('sends nothing for a caller who has stopped already', async () => {
    const cache = createTokenCache({ clock });

    await assert.rejects(cache.get('a', every(60), { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
    assert.equal(made, 0);
  });

  it('does not bring back a token that was forgotten on its way', async () => {
    const cache = createTokenCache({ clock });
    const { promise, resolve } = Promise.withResolvers<TokenSet>();

    const asked = cache.get('a', { request: () => promise });
    cache.forget('a');
    resolve(aToken(60));
    await asked;

    assert.equal(cache.peek('a'), undefined);
  });

  it('uses a token that still works when an early renewal fails', async () => {
    const cache = createTokenCache({ clock });
    await cache.get('a', every(100));
    const broken = { request: () => Promise.reject(new Error('no network')) };

    clock.advance(90_000);
    assert.equal((await cache.get('a', broken))?.accessToken, 't1');
    clock.advance(10_000);
    await assert.rejects(cache.get('a', broken), /no network/);
  });

  describe('with a refresh token', () => {
    it('uses each one once, and the newest next', async () => {
      const cache = createTokenCache({ clock });
      const used: string[] = [];
      const plan: TokenPlan = {
        request: async () => aToken(100, { refreshToken: 'r1' }),
        refresh: async (refreshToken) => {
          used.push(refreshToken);
          return aToken(100, { refreshToken: `r${used.length + 1}` });
        },
      };

      for (let round = 0; round < 3; round += 1) {
        await cache.get('a', plan);
        clock.advance(90_000);
      }

      assert.deepEqual(used, ['r1', 'r2']);
    });

    it('keeps it when the server does not rotate', async () => {
      const cache = createTokenCache({ clock });
      cache.put('a', aToken(1, { refreshToken: 'r1' }));
      clock.advance(1000);

      const token = await cache.get('a', { refresh: async () => aToken(60) });

      assert.deepEqual([token?.accessToken, token?.refreshToken], ['t2', 'r1']);
    });

    it('starts over when the server no longer takes it', async () => {
      const cache = createTokenCache({ clock });
      cache.put('a', aToken(1, { refreshToken: 'r1' }));
      clock.advance(1000);

      const plan = { ...every(60), refresh: () => Promise.reject(refusal()) };

      assert.equal((await cache.get('a', plan))?.accessToken, 't2');
    });

    it('forgets the token when nobody can start over', async () => {
      const changes: unknown[] = [];
      const onChange = (key: string, token: TokenSet | undefined) =>
        changes.push([key, token?.accessToken]);
      const cache = createTokenCache({ clock, onChange });
      cache.put('a', aToken(1, { refreshToken: 'r1' }));
      clock.advance(1000);

      const token = await cache.get('a', { refresh: () => Promise.reject(refusal()) });

      assert.equal(token, undefined);
      assert.deepEqual(changes, [
        ['a', 't1'],
        ['a', undefined],
      ]);
    });

    const passing = [
      ['of the network', new Error('no network')],
      [
        'inside the server',
        new OAuthError(fakeResponse({ status: 500 }), { error: 'server_error' }),
      ],
      [
        'of a disabled client',
        new OAuthError(fakeResponse({ status: 401 }), { error: 'invalid_client' }),
      ],
    ] as const;
    for (const [name, failure] of passing) {
      it(`keeps it through a failure ${name}`, async () => {
        const cache = createTokenCache({ clock });
        cache.put('a', aToken(1, { refreshToken: 'r1' }));
        clock.advance(1000);

        const asked = cache.get('a', { ...every(60), refresh: () => Promise.reject(failure) });

        await assert.rejects(asked, (error) => error === failure);
        assert.equal(cache.peek('a')?.refreshToken, 'r1');
      });
    }
  });

  describe('after a refusal of the token', () => {
    it('gets another one', async () => {
      const cache = createTokenCache({ clock });
      await cache.get('a', every(60));

      assert.equal((await cache.renew('a', every(60), 't1'))?.accessToken, 't2');
    });

    it('takes the one that somebody else got meanwhile', async () => {
      const cache = createTokenCache({ clock });
      await cache.get('a', every(60));
      await cache.renew('a', every(60), 't1');

      assert.equal((await cache.renew('a', every(60), 't1'))?.accessToken, 't2');
      assert.equal(made, 2);
    });
  });
});
