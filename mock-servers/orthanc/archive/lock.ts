// Keeps apart what adds files and what replaces or sweeps them all.

/** Many share it, or one has it alone; who waits to be alone goes before those who come later. */
export class Lock {
  #sharing = 0;
  #onNobody: (() => void) | undefined;
  /** Ends with the last that is alone, or waits to be. */
  #alone: Promise<unknown> | undefined;

  async share<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#alone) await this.#alone;
    this.#sharing += 1;
    try {
      return await work();
    } finally {
      this.#sharing -= 1;
      if (this.#sharing === 0) this.#onNobody?.();
    }
  }

  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#alone ?? Promise.resolve();
    const result = before.then(() => this.#nobodyShares()).then(work);
    const end = Promise.allSettled([result]).then(() => {
      if (this.#alone === end) this.#alone = undefined;
    });
    this.#alone = end;
    return result;
  }

  async #nobodyShares(): Promise<void> {
    if (this.#sharing === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onNobody = resolve;
    await promise;
    this.#onNobody = undefined;
  }
}
