import type { LeaseState } from '#core/control/wire.ts';

/** A life that its owner must renew: mock servers whose editor or CI job is gone end by themselves. */
export interface Lease {
  /** @param seconds - new length; without it the length stays */
  renew(seconds?: number): LeaseState;
  state(): LeaseState | undefined;
  end(): void;
}

export function createLease(onExpire: () => void, seconds?: number): Lease {
  let current: LeaseState | undefined;
  let timer: NodeJS.Timeout | undefined;

  const renew = (length = current?.seconds ?? seconds): LeaseState => {
    if (length === undefined || !(length > 0)) {
      throw new TypeError('A lease needs a positive number of seconds.');
    }
    clearTimeout(timer);
    // The real time, not the suite's clock: a test that moves the clock must not end the servers.
    current = { seconds: length, expiresAtMs: Date.now() + length * 1000 };
    timer = setTimeout(onExpire, length * 1000).unref();
    return current;
  };
  if (seconds !== undefined) renew(seconds);
  return {
    renew,
    state: () => current,
    end() {
      clearTimeout(timer);
      current = undefined;
    },
  };
}
