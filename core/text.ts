// A sentence that can be shown in English or Korean. The English template is also the key of the
// Korean bundle (l10n/ko/*.json, merged into dist/l10n at build), so vscode.l10n.t and the command
// line translate the same way. Rendering lives with the reader, never here.

export interface Text {
  readonly template: string;
  readonly args: Readonly<Record<string, string | number>>;
}

/** Makes a translatable sentence; `{name}` in the template stands for `args.name`. */
export function text(template: string, args: Text['args'] = {}): Text {
  return { template, args };
}

/** Fills a template, in whatever language it is; an unknown placeholder stays as it is. */
export function fill(template: string, args: Text['args']): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
}

export function english(sentence: Text): string {
  return fill(sentence.template, sentence.args);
}
