// `:text` on a token: the text of the concept, or the display of one of its codings, starts so.
import { type Criterion, condition, resourceCriterion } from './criterion.ts';
import type { SearchParameter } from './definitions.ts';
import { valuesAt } from './path.ts';
import { listOf, normalize, objectOf } from './values.ts';

export function textCriterion(parameter: SearchParameter, values: readonly string[]): Criterion {
  const wanted = values.map(normalize);
  return {
    // A concept of text alone has no row in the index, so every resource of the type is looked at.
    ...resourceCriterion(condition(() => '1')),
    accepts: (resource) =>
      parameter.paths.some((path) =>
        valuesAt(resource, path)
          .flatMap(textsOf)
          .some((text) => wanted.some((start) => normalize(text).startsWith(start))),
      ),
  };
}

function textsOf(value: unknown): string[] {
  const { text, display, coding, type } = objectOf(value);
  return [
    text,
    display,
    ...listOf(coding).map((part) => objectOf(part)['display']),
    objectOf(type)['text'],
  ].filter((part) => typeof part === 'string');
}
