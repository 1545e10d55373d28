/** Time as a port, so that tests and the mock's clock control need no sleep. */
export interface Clock {
  /** ms since the epoch */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
