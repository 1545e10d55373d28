/** Requests wait while the whole suite changes its state: before READY, during a reset or a restore. */
export interface Gate {
  /** What a request waits for; undefined lets it through. */
  readonly closed: Promise<unknown> | undefined;
  /** A request has passed; `leave` follows when its answer is over. */
  enter(): void;
  leave(): void;
  /**
   * Keeps requests out, waits for those under way, then works; works that overlap run one after
   * another. A request that does not end, such as a download nobody reads, is waited for in vain.
   */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

const defaultPatienceMs = 5000;

export function createGate(patienceMs = defaultPatienceMs): Gate {
  let closed: Promise<unknown> | undefined;
  let inside = 0;
  let onEmpty: (() => void) | undefined;
  const emptied = async (): Promise<void> => {
    if (inside === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    onEmpty = resolve;
    const timer = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(timer);
  };
  return {
    get closed() {
      return closed;
    },
    enter() {
      inside += 1;
    },
    leave() {
      inside -= 1;
      if (inside === 0) onEmpty?.();
    },
    hold(work) {
      const before = closed ?? Promise.resolve();
      const done = before.then(emptied).then(work);
      const settled = done.then(
        () => undefined,
        () => undefined,
      );
      closed = settled;
      void settled.then(() => {
        if (closed === settled) closed = undefined;
      });
      return done;
    },
  };
}
