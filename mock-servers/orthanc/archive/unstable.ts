// Patients, studies and series that may still grow: those that got an instance within StableAge.
import type { Clock } from '#core/clock.ts';
import type { Resource } from './model.ts';

export class Unstable {
  /** When the last instance arrived, the earliest first. */
  readonly #since = new Map<Resource, number>();
  readonly #clock: Clock;
  readonly #ageMs: number;

  constructor(clock: Clock, ageMs: number) {
    this.#clock = clock;
    this.#ageMs = ageMs;
  }

  has(resource: Resource): boolean {
    return this.#since.has(resource);
  }

  /** An instance has come into a series. */
  add(series: Resource | undefined): void {
    const now = this.#clock.now();
    for (let each = series; each; each = each.parent) {
      this.#since.delete(each);
      this.#since.set(each, now);
    }
  }

  forget(resource: Resource): void {
    this.#since.delete(resource);
  }

  clear(): void {
    this.#since.clear();
  }

  /** Those that have become stable since the last call, by the archive's clock. */
  *takeStable(): Generator<Resource> {
    const limit = this.#clock.now() - this.#ageMs;
    for (const [resource, since] of this.#since) {
      if (since > limit) continue;
      this.#since.delete(resource);
      yield resource;
    }
  }

  image(): readonly (readonly [id: string, since: number])[] {
    return [...this.#since].map(([{ id }, since]) => [id, since] as const);
  }

  /** What `image` gave, after the resources themselves. */
  restore(image: ReturnType<Unstable['image']>, find: (id: string) => Resource | undefined): void {
    for (const [id, since] of image) {
      const resource = find(id);
      if (resource) this.#since.set(resource, since);
    }
  }
}
