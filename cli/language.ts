// English or Korean on the terminal. Templates are the same as in the editor.
import { readFileSync } from 'node:fs';
import { isRecord, parseJson } from '#core/guards.ts';
import { fill, type Text } from '#core/text.ts';

export type Language = 'en' | 'ko';
export type Say = (sentence: Text) => string;

/** `--lang` on the command line, else the language of the environment. */
export function chooseLanguage(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const wish = langOption(args) ?? LC_ALL ?? LC_MESSAGES ?? LANG ?? 'en';
  return /^ko(?![a-z])/i.test(wish) ? 'ko' : 'en';
}

function langOption(args: readonly string[]): string | undefined {
  const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  const joined = own.find((argument) => argument.startsWith('--lang='));
  if (joined) return joined.slice('--lang='.length);
  const at = own.indexOf('--lang');
  return at < 0 ? undefined : own[at + 1];
}

/** @param home - folder of the running program, beside or above the bundle */
export function createSay(language: Language, home: URL): Say {
  const bundle = language === 'ko' ? readBundle(home) : {};
  return ({ template, args }) => {
    const translated = bundle[template];
    return fill(typeof translated === 'string' ? translated : template, args);
  };
}

const bundlePath = 'l10n/bundle.l10n.ko.json';

function readBundle(home: URL): Record<string, unknown> {
  for (const place of [bundlePath, `../dist/${bundlePath}`]) {
    try {
      const bundle = parseJson(readFileSync(new URL(place, home), 'utf8'));
      if (isRecord(bundle)) return bundle;
    } catch (error) {
      // Run from the sources without a build: English is better than no answer.
      if (!isMissing(error)) throw error;
    }
  }
  return {};
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
