/** Requests wait while the whole suite changes its state: before READY, during a reset or a restore. */
export interface Gate {
  /** What a request waits for; undefined lets it through. */
  readonly closed: Promise<unknown> | undefined;
  /** Keeps requests out during the work; works that overlap run one after another. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(): Gate {
  let closed: Promise<unknown> | undefined;
  return {
    get closed() {
      return closed;
    },
    hold(work) {
      const before = closed ?? Promise.resolve();
      const done = before.then(work, work);
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
