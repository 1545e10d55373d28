// When the index follows the resources: in small pieces, when no more writes come, so that neither a
// load nor the first search after it waits for all of it.

/** Beyond so many changed resources a write works off the oldest itself. */
const MAX_BACKLOG = 5000;
/** As many pieces at most for one write. */
const MAX_PIECES = 20;
/** Without a write for so long, the index catches up. */
const QUIET_MS = 50;

interface Followed {
  /** How many resources wait. */
  backlog(): number;
  /** Works off some of them: some milliseconds of work. */
  flushPiece(): void;
}

export class IndexFollower {
  readonly #followed: Followed;
  #quiet: NodeJS.Timeout | undefined;
  #next: NodeJS.Immediate | undefined;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  /** After a commit. Never throws: what was written stays written. */
  followUp(): void {
    for (let piece = 0; piece < MAX_PIECES && this.#followed.backlog() > MAX_BACKLOG; piece += 1) {
      if (!this.#flushed()) return;
    }
    this.followSoon();
  }

  followSoon(): void {
    if (this.#followed.backlog() === 0) return;
    this.#quiet ??= setTimeout(() => this.#next ?? this.#catchUp(), QUIET_MS).unref();
    this.#quiet.refresh();
  }

  stop(): void {
    clearTimeout(this.#quiet);
    clearImmediate(this.#next);
  }

  // A request that came meanwhile is answered between two pieces.
  #catchUp(): void {
    this.#next = undefined;
    if (this.#followed.backlog() === 0 || !this.#flushed()) return;
    this.#next = setImmediate(() => this.#catchUp());
  }

  #flushed(): boolean {
    try {
      this.#followed.flushPiece();
      return true;
    } catch {
      // The next search meets the same fault (a full disk), and its client is told.
      return false;
    }
  }
}
