// The words of `--help`: what commander itself would say in English only, and where a value comes from.
import { type Argument, Help, type Option } from 'commander';
import { type Text, text } from '#core/text.ts';
import type { Say } from './language.ts';
import { cellWidth } from './table.ts';

/** For `configureHelp`. */
export function helpWords(say: Say): Partial<Help> {
  const titles: Readonly<Record<string, Text>> = {
    'Usage:': text('Usage:'),
    'Arguments:': text('Arguments:'),
    'Options:': text('Options:'),
    'Commands:': text('Commands:'),
  };
  const describe = (item: Option | Argument) => {
    const { description, argChoices: words, defaultValue, defaultValueDescription } = item;
    // What is off unless it is given needs no words
    const value = typeof defaultValue === 'boolean' ? undefined : defaultValue;
    const shown = defaultValueDescription ?? value;
    return [
      description,
      words === undefined ? '' : say(text('(one of: {words})', { words: words.join(', ') })),
      shown === undefined ? '' : say(text('(default: {value})', { value: String(shown) })),
    ]
      .filter((part) => part !== '')
      .join(' ');
  };
  const inWords = (usage: string) =>
    usage.replace('[options]', say(text('[options]'))).replace('[command]', say(text('[command]')));
  const standard = new Help();
  return {
    styleTitle: (title) => (titles[title] ? say(titles[title]) : title),
    displayWidth: cellWidth,
    styleUsage: inWords,
    subcommandTerm: (command) => inWords(standard.subcommandTerm(command)),
    optionDescription: describe,
    argumentDescription: describe,
  };
}

/** An option that is looked up in the environment when it is not given, and has a value without either. */
export function fromEnvironment(about: string, say: Say, name: string, fallback?: string): string {
  const origin =
    fallback === undefined
      ? text('(else {name})', { name })
      : text('(else {name}, else {fallback})', { name, fallback });
  return `${about} ${say(origin)}`;
}
