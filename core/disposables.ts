export interface Disposable {
  dispose(): unknown;
}

/** Owns what must be closed: disposes in reverse order, all of it even if one throws, and at once what is added late. */
export class Disposables implements Disposable {
  #items: Disposable[] = [];
  #isDisposed = false;

  /** @returns its argument, so that a thing can be made and owned in one line */
  add<T extends Disposable>(item: T): T {
    if (this.#isDisposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /**
   * Safe to call twice; awaits asynchronous items one after the other.
   *
   * @throws AggregateError after everything was disposed, when something failed
   */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const failures: unknown[] = [];
    for (const item of this.#items.splice(0).reverse()) {
      try {
        await item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts did not close.');
  }
}
