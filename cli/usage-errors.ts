// What commander says of a command line that it cannot read. It has its sentences in English only.
import { type Text, text } from '#core/text.ts';
import type { Say } from './language.ts';

type Found = Readonly<Record<string, string>>;

/** Sentences of commander 14, each with its translatable form. */
const sentences: readonly (readonly [RegExp, (found: Found) => Text])[] = [
  [
    /^error: unknown option '(?<option>.*)'$/s,
    (found) => text("error: unknown option '{option}'", found),
  ],
  [
    /^error: unknown command '(?<command>.*)'$/s,
    (found) => text("error: unknown command '{command}'", found),
  ],
  [
    /^error: missing required argument '(?<name>.*)'$/s,
    (found) => text("error: missing required argument '{name}'", found),
  ],
  [
    /^error: option '(?<option>.*)' argument missing$/s,
    (found) => text("error: option '{option}' argument missing", found),
  ],
  [
    /^error: option '(?<option>.*)' argument '(?<value>.*)' is invalid\. Allowed choices are (?<words>.*)\.$/s,
    (found) =>
      text(
        "error: option '{option}' argument '{value}' is invalid. Allowed choices are {words}.",
        found,
      ),
  ],
  [
    /^error: too many arguments for '(?<command>\S+)'\. Expected (?<expected>\d+) arguments? but got (?<received>\d+): (?<words>.*)\.$/s,
    (found) =>
      text(
        "error: too many arguments for '{command}'. Expected {expected} but got {received}: {words}.",
        found,
      ),
  ],
  [/^\(Did you mean (?<word>\S+)\?\)$/, (found) => text('(Did you mean {word}?)', found)],
  [
    /^\(Did you mean one of (?<words>.+)\?\)$/,
    (found) => text('(Did you mean one of {words}?)', found),
  ],
];

/** A message of commander in the language of the person; one that is not known stays as it is. */
export function usageError(message: string, say: Say): string {
  const [, sentence = message, suggestion] =
    /^(.*?)(?:\n(\(Did you mean .*\)))?$/s.exec(message) ?? [];
  return [sentence, suggestion]
    .filter((part) => part !== undefined)
    .map((part) => translated(part, say))
    .join('\n');
}

function translated(words: string, say: Say): string {
  for (const [pattern, sentence] of sentences) {
    const found = pattern.exec(words);
    if (found) return say(sentence({ ...found.groups }));
  }
  return words;
}
