import type { Clock } from '#core/clock.ts';
import type { ClockState } from '#core/control/wire.ts';

/** The suite's clock: follows the real one until a test moves or freezes it, so no test sleeps for an expiry. */
export interface MockClock extends Clock {
  set(ms: number): void;
  advance(ms: number): void;
  freeze(): void;
  resume(): void;
  /** Back to the real time. */
  reset(): void;
  state(): ClockState;
}

export function createMockClock(real: Clock, startMs?: number): MockClock {
  let offsetMs = startMs === undefined ? 0 : startMs - real.now();
  let frozenAtMs: number | undefined;
  const now = (): number => frozenAtMs ?? real.now() + offsetMs;
  const set = (ms: number): void => {
    offsetMs = ms - real.now();
    if (frozenAtMs !== undefined) frozenAtMs = ms;
  };
  return {
    now,
    set,
    advance: (ms) => set(now() + ms),
    freeze() {
      frozenAtMs ??= now();
    },
    resume() {
      if (frozenAtMs === undefined) return;
      offsetMs = frozenAtMs - real.now();
      frozenAtMs = undefined;
    },
    reset() {
      offsetMs = 0;
      frozenAtMs = undefined;
    },
    state: () => ({
      nowMs: now(),
      iso: new Date(now()).toISOString(),
      offsetMs: Math.round(now() - real.now()),
      frozen: frozenAtMs !== undefined,
    }),
  };
}
