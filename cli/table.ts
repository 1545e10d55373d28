import { printable } from './printable.ts';

/** Columns padded to their widest cell; plain text, so that it reads the same in a log. */
export function table(lines: readonly (readonly string[])[]): string {
  const rows = lines.map((cells) => cells.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cellWidth(cell));
    });
  }
  const lined = rows.map((row) => row.map((cell, at) => padded(cell, widths[at] ?? 0)));
  return lined.map((cells) => cells.join('  ').trimEnd()).join('\n');
}

/** Filled up with blanks to so many columns of a terminal. */
export function padded(cell: string, columns: number): string {
  return cell + ' '.repeat(Math.max(0, columns - cellWidth(cell)));
}

/** Hangul, kanji and full-width forms take two columns of a terminal. */
export function cellWidth(words: string): number {
  let width = 0;
  for (const character of words) width += wide.test(character) ? 2 : 1;
  return width;
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
