// Keeps one token per key fresh. Everybody who asks while a request is under way shares it.
import type { Clock } from '../clock.ts';
import { OAuthError } from './oauth-error.ts';
import type { TokenSet } from './wire.ts';

/** How to get a token for one key; both run without a signal, see `TokenCache.get`. */
export interface TokenPlan {
  /** Absent when only a person can start over, as with the authorization code. */
  readonly request?: () => Promise<TokenSet>;
  readonly refresh?: (refreshToken: string) => Promise<TokenSet>;
}

export interface TokenCacheOptions {
  readonly clock: Clock;
  /** Most time before its end at which a token is renewed; short ones are renewed after 4/5 of their life. */
  readonly renewEarlyMs?: number;
  /** Called with every new token, to keep its refresh token, and with `undefined` when it is forgotten. */
  readonly onChange?: (key: string, token: TokenSet | undefined) => void;
}

export interface TokenCache {
  /**
   * The token of this key, renewed when it is about to end.
   *
   * The signal ends the waiting of this caller, never the request: a refresh that was sent has already
   * used up the old refresh token, and its answer must not be lost.
   *
   * @returns `undefined` when there is none and the plan has no way to request one
   */
  get(
    key: string,
    plan: TokenPlan,
    cancel?: { readonly signal?: AbortSignal },
  ): Promise<TokenSet | undefined>;
  /** Renews after a server refused `used`, unless somebody else has done so already. */
  renew(
    key: string,
    plan: TokenPlan,
    used: string,
    cancel?: { readonly signal?: AbortSignal },
  ): Promise<TokenSet | undefined>;
  peek(key: string): TokenSet | undefined;
  /** Puts in a token that was got elsewhere, such as by a code exchange. */
  put(key: string, token: TokenSet): void;
  forget(key: string): void;
  /** Resolves once no request is under way: forgetting it before would lose a rotated refresh token. */
  settled(key: string, cancel?: { readonly signal?: AbortSignal }): Promise<void>;
}

interface Held {
  readonly token: TokenSet;
  readonly renewAtMs: number;
}

export function createTokenCache(options: TokenCacheOptions): TokenCache {
  const { clock, renewEarlyMs = 60_000, onChange } = options;
  const held = new Map<string, Held>();
  const flights = new Map<string, Promise<TokenSet | undefined>>();

  function put(key: string, token: TokenSet): void {
    const { expiresAtMs = Number.POSITIVE_INFINITY } = token;
    const lifeMs = expiresAtMs - clock.now();
    held.set(key, { token, renewAtMs: expiresAtMs - Math.min(renewEarlyMs, lifeMs / 5) });
    onChange?.(key, token);
  }

  function forget(key: string): void {
    flights.delete(key);
    if (held.delete(key)) onChange?.(key, undefined);
  }

  function fly(key: string, plan: TokenPlan): Promise<TokenSet | undefined> {
    const current = flights.get(key);
    if (current !== undefined) return current;
    // A flight that was forgotten on its way, as by a sign-out, brings nothing back.
    const isCurrent = () => flights.get(key) === flight;
    const flight = fetchToken(plan, held.get(key)?.token)
      .then((fresh) => {
        if (isCurrent()) keep(key, fresh);
        return fresh;
      })
      .finally(() => {
        if (isCurrent()) flights.delete(key);
      });
    flights.set(key, flight);
    return flight;
  }

  function keep(key: string, fresh: TokenSet | undefined): void {
    if (fresh === undefined) forget(key);
    else put(key, fresh);
  }

  /** A renewal that fails early does not take away a token that still works. */
  async function renewEarly(key: string, plan: TokenPlan): Promise<TokenSet | undefined> {
    try {
      return await fly(key, plan);
    } catch (error) {
      const still = held.get(key)?.token;
      if (still === undefined || hasEnded(still)) throw error;
      return still;
    }
  }

  function hasEnded({ expiresAtMs }: TokenSet): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= clock.now();
  }

  return {
    async get(key, plan, { signal } = {}) {
      signal?.throwIfAborted();
      const current = held.get(key);
      if (current !== undefined && clock.now() < current.renewAtMs) return current.token;
      return unlessAborted(renewEarly(key, plan), signal);
    },
    async renew(key, plan, used, { signal } = {}) {
      signal?.throwIfAborted();
      const current = held.get(key)?.token;
      if (current !== undefined && current.accessToken !== used) return current;
      return unlessAborted(fly(key, plan), signal);
    },
    peek: (key) => held.get(key)?.token,
    put,
    forget,
    async settled(key, { signal } = {}) {
      const flight = flights.get(key);
      const end = () => undefined;
      if (flight !== undefined) await unlessAborted(flight.then(end, end), signal);
    },
  };
}

async function fetchToken(
  plan: TokenPlan,
  old: TokenSet | undefined,
): Promise<TokenSet | undefined> {
  return (await refreshed(plan, old)) ?? (await plan.request?.());
}

/** @returns `undefined` when there is nothing to refresh, or the server no longer takes the refresh token */
async function refreshed(
  { refresh }: TokenPlan,
  old: TokenSet | undefined,
): Promise<TokenSet | undefined> {
  if (refresh === undefined || old?.refreshToken === undefined) return undefined;
  try {
    // RFC 6749 §6: without a new refresh token the old one stays valid.
    return { refreshToken: old.refreshToken, ...(await refresh(old.refreshToken)) };
  } catch (error) {
    if (isUsedUp(error)) return undefined;
    throw error;
  }
}

/** RFC 6749 §5.2 says invalid_grant, OpenEMR invalid_request (issue #13613); any other refusal may pass. */
function isUsedUp(error: unknown): boolean {
  return error instanceof OAuthError && /^invalid_(?:grant|request)$/.test(error.error);
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
