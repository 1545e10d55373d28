// _since of an operation: what was changed at that time or later.
import { refuseParameter } from '../outcome.ts';
import { parseDateRange } from '../search/date-range.ts';
import { parseQuery, type SearchQuery } from '../search/query.ts';
import { type FhirRequest, termOf } from '../wire.ts';

/** @throws FhirError 400 */
export function changedSince(request: Pick<FhirRequest, 'terms'>): SearchQuery {
  const since = termOf(request, '_since');
  if (since === undefined) return parseQuery([]);
  // A "+" that was not percent-encoded arrives as a space.
  if (parseDateRange(since.replace(' ', '+')) === undefined)
    throw refuseParameter(`Invalid date/time format for parameter _since: "${since}".`);
  return parseQuery([['_lastUpdated', `ge${since}`]]);
}
