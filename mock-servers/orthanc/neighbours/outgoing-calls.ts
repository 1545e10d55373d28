// What reaches out to other servers ends when the state it works for is replaced, however long they may take.
import { setMaxListeners } from 'node:events';

export class OutgoingCalls {
  #controller = newController();
  #interruptions = 0;

  /** Of the calls that begin now. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends what is under way, and what begins until the returned function is called (once). */
  interrupt(): () => void {
    this.#interruptions += 1;
    this.#controller.abort();
    return () => {
      this.#interruptions -= 1;
      if (this.#interruptions === 0) this.#controller = newController();
    };
  }
}

function newController(): AbortController {
  const controller = new AbortController();
  // One listener for each call under way
  setMaxListeners(0, controller.signal);
  return controller;
}
