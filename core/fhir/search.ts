// Search queries: what a person typed never becomes syntax by accident.
// https://hl7.org/fhir/R4/search.html#escaping

/** Name, with modifier or chain if any, to a value; several values mean AND. Empty values are left out. */
export type SearchParams = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** @returns a query without `?`; empty when there is nothing to ask */
export function searchQuery(params: SearchParams): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined && one !== '') query.append(name, String(one));
  }
  return query.toString();
}

/** A text taken literally: `\`, `,`, `|` and `$` lose their meaning. */
export function literal(value: string): string {
  return value.replace(/[\\,|$]/g, '\\$&');
}

/** One of several texts, each taken literally. */
export function anyOf(values: readonly string[]): string {
  return values.map(literal).join(',');
}

/** A token such as an identifier; without a system any system matches. */
export function token(system: string | undefined, value: string): string {
  return system === undefined ? literal(value) : `${literal(system)}|${literal(value)}`;
}
