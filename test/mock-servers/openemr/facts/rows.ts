// How a statement of the facts is tied to its tests.

/** Something that no server shows: a definition, a source, a word about other versions. */
export interface Remark {
  readonly remark: string;
}

/** How the statement begins, and the full titles of the tests that prove it, or why there is none. */
export type FactRow = readonly [fact: string, ...proofs: (string | Remark)[]];

export interface FactSection {
  readonly section: string;
  readonly rows: readonly FactRow[];
}

/** Titles below a suite that runs in each profile: `suite, 7.0.3 title` and `suite, 7.0.4 title`. */
export function inBothProfiles(suite: string): (...titles: readonly string[]) => string[] {
  return (...titles) =>
    titles.flatMap((title) => ['7.0.3', '7.0.4'].map((version) => `${suite}, ${version} ${title}`));
}

/** Titles below a suite. */
export function inSuite(suite: string): (...titles: readonly string[]) => string[] {
  return (...titles) => titles.map((title) => `${suite} ${title}`);
}

export function noBehaviour(remark: string): Remark {
  return { remark };
}
