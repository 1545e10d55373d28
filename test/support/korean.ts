// The Korean of the command line, straight from its table.
import { readFileSync } from 'node:fs';
import { isRecord, parseJson } from '#core/guards.ts';
import { fill, type Text } from '#core/text.ts';

const bundle = parseJson(readFileSync(new URL('../../l10n/ko/cli.json', import.meta.url), 'utf8'));

/** `undefined` for a sentence that has no Korean. */
export function korean({ template, args }: Text): string {
  return fill(isRecord(bundle) ? String(bundle[template]) : '', args);
}
