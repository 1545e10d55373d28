// Pages: every value that enters a template is escaped, unless it is itself a template.

const trusted = Symbol('html');

export interface Html {
  readonly [trusted]: true;
  readonly text: string;
}

type Part = Html | string | number | undefined | false | readonly (Html | false)[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((string, index) => string + rendered(parts[index])).join('');
  return { [trusted]: true, text };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export interface Page {
  readonly title: string;
  readonly body: Html;
}

/** Inline style only: the mock loads nothing from elsewhere. */
export function page({ title, body }: Page): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (trusted in part) return part.text;
  return part.map(rendered).join('');
}

const style: Html = {
  [trusted]: true,
  text: `
:root { color-scheme: light dark; --line: #8886; --accent: #0b6fb8; --soft: #8881; }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, "Noto Sans KR", sans-serif; margin: 0; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem; }
main.narrow { max-width: 27rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; padding: .5rem 1.25rem; border-bottom: 1px solid var(--line); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; }
h1 { font-size: 1.35rem; } h2 { font-size: 1.1rem; margin-top: 1.75rem; }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; } td:last-child { overflow-wrap: anywhere; }
label { display: block; margin: .7rem 0 .2rem; } label.check { display: block; margin: .2rem 0; font-weight: normal; }
fieldset { border: 1px solid var(--line); border-radius: 4px; margin: 1rem 0; }
input:not([type=checkbox]):not([type=radio]), select, textarea { width: 100%; padding: .4rem .5rem; font: inherit; border: 1px solid var(--line); border-radius: 4px; }
button, a.button { display: inline-block; padding: .4rem .8rem; margin: .6rem .4rem 0 0; font: inherit; color: #fff; background: var(--accent); border: 1px solid transparent; border-radius: 4px; text-decoration: none; cursor: pointer; }
button.second, a.second { color: inherit; background: transparent; border-color: var(--line); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.alert { padding: .5rem .75rem; border: 1px solid #b33; border-radius: 4px; } .done { border-color: #2a7; }
.guide { border: 1px dashed var(--accent); border-radius: 6px; padding: .25rem 1rem 1rem; margin: 1.5rem 0; background: var(--soft); }
.mark { font-size: .85rem; } code { overflow-wrap: anywhere; }
.columns { columns: 17rem; }
`,
};
