// Finds the English templates in sources: the literal first arguments of text(…) and l10n.t(…).

const literal = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/.source;
const callOf = (names) => new RegExp(`(?<![\\w.])(?:${names})\\(\\s*(${literal})(\\s*\\+)?`, 'g');
const editorCall = callOf('(?:vscode\\.)?l10n\\.t|t');
const textCall = callOf('text');

/** Other functions are called `text` too; this one comes from core/text.ts. */
const importsText = /^import [^;]*\btext\b[^;]* from '[^']*\/text\.ts';/m;

/** `t` alone is `vscode.l10n.t` there. */
const importsVscode = /from 'vscode';/;

/** @throws Error for a template put together from pieces, which no translator could find */
export function templatesOf(source) {
  const calls = [
    ...(importsVscode.test(source) ? source.matchAll(editorCall) : []),
    ...(importsText.test(source) ? source.matchAll(textCall) : []),
  ];
  return calls.map(([, quoted = '', plus]) => {
    if (plus) throw new Error(`A template must be one literal: ${quoted} + ...`);
    return unquote(quoted);
  });
}

function unquote(quoted) {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_whole, code, character) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[character] ?? character),
    );
}

const escapes = { n: '\n', t: '\t' };

/** Placeholders in a comparable order. */
export function placeholdersOf(sentence) {
  return [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort();
}
