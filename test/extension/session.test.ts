import assert from 'node:assert/strict';
import '#test/support/fake-vscode.ts';
import { createTokenCache, type TokenCache } from '#core/oauth/token-cache.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import type { LoadClients } from '#extension/platform/load-clients.ts';
import type { ProfileStore } from '#extension/platform/profile-store.ts';
import type { Secrets } from '#extension/platform/secrets.ts';
import { newProfile, type Profile } from '#extension/profile.ts';
import type { Session } from '#extension/session.ts';
import { fakeClock } from '#test/support/fake-clock.ts';

const { createSession } = await import('#extension/session.ts');

const hospital = newProfile('Hospital', { baseUrl: 'https://emr.test', grant: 'refresh_token' });
const KEY = 'the key of the cache';

const tokenOf = (number: number): TokenSet => ({
  accessToken: `access-${number}`,
  tokenType: 'Bearer',
  scopes: [],
  refreshToken: `refresh-${number}`,
  extras: {},
});

/** A server that answers when it is told to, and rotates the refresh token each time. */
function aScene() {
  const answers: ((token: TokenSet) => void)[] = [];
  const stored: string[] = [];
  const state = { active: hospital as Profile };
  let session: Session;
  const cache: TokenCache = createTokenCache({
    clock: fakeClock(),
    onChange: (key, token) => session.take(key, token),
  });
  const plan = {
    request: () => new Promise<TokenSet>((resolve) => void answers.push(resolve)),
    refresh: () => new Promise<TokenSet>((resolve) => void answers.push(resolve)),
  };
  const made = {
    tokenKey: KEY,
    tokens: { token: (cancel?: { signal?: AbortSignal }) => cache.get(KEY, plan, cancel) },
  };
  const clients = { tokens: cache, connect: () => made };
  session = createSession({
    profiles: state as unknown as ProfileStore,
    secrets: {
      get: async () => undefined,
      set: async ({ name }: Profile, kind: string, value: string) =>
        void stored.push(`${name} ${kind} ${value}`),
    } as unknown as Secrets,
    load: (() => ({ clients })) as unknown as LoadClients,
    ready: async () => undefined,
    report: (error) => assert.fail(String(error)),
  });
  const answer = async (token: TokenSet) => {
    while (answers.length === 0) await turn();
    answers.shift()?.(token);
    await turn();
  };
  return { session, state, cache, made, plan, answers, answer, stored };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('session', () => {
  it('asks for a new token only after the request under way, whose refresh token would be lost', async () => {
    const { session, made, answers, answer, stored } = aScene();
    await session.connection(hospital);
    const fromTheTree = made.tokens.token();

    const byTheButton = session.request();
    await turn();
    assert.equal(answers.length, 1, 'the second request waits');
    await answer(tokenOf(1));
    await answer(tokenOf(2));

    assert.equal((await fromTheTree)?.accessToken, 'access-1');
    assert.equal((await byTheButton).token.accessToken, 'access-2');
    assert.deepEqual(stored, [
      'Hospital refreshToken refresh-1',
      'Hospital refreshToken refresh-2',
    ]);
  });

  it('stops waiting for it when it is cancelled, and loses nothing', async () => {
    const { session, made, answer, stored } = aScene();
    await session.connection(hospital);
    const fromTheTree = made.tokens.token();
    const cancel = new AbortController();
    const byTheButton = session.request({ signal: cancel.signal });
    await turn();

    cancel.abort();
    await assert.rejects(byTheButton, { name: 'AbortError' });
    await answer(tokenOf(1));

    assert.equal((await fromTheTree)?.accessToken, 'access-1');
    assert.equal(session.held?.token.accessToken, 'access-1');
    assert.deepEqual(stored, ['Hospital refreshToken refresh-1']);
  });

  it('takes the token along when its profile is renamed', async () => {
    const { session, state, made, answer, stored } = aScene();
    await session.connection(hospital);
    const asked = made.tokens.token();

    session.rename('Hospital', 'Clinic');
    state.active = { ...hospital, name: 'Clinic' };
    await answer(tokenOf(1));
    await asked;

    assert.equal(session.held?.token.accessToken, 'access-1');
    assert.deepEqual(stored, ['Clinic refreshToken refresh-1']);
  });

  it('forgets every token of a profile that is deleted, and what is still on its way', async () => {
    const { session, cache, made, answer, stored } = aScene();
    await session.connection(hospital);
    const first = made.tokens.token();
    await answer(tokenOf(1));
    await first;
    const again = assert.rejects(session.request(), { code: 'OAUTH_SETTINGS' });
    await turn();

    session.remove('Hospital');
    await answer(tokenOf(2));

    await again;
    assert.equal(cache.peek(KEY), undefined);
    assert.equal(session.held, undefined);
    assert.deepEqual(stored, ['Hospital refreshToken refresh-1']);
  });
});
