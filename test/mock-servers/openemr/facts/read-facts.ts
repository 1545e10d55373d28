// Reads the specification, facts/openemr.md. It is no part of the repository: where it is absent, what
// compares with it says so and is skipped.
import { existsSync, readFileSync } from 'node:fs';
import type { Context } from 'mocha';

const factsFile = new URL('../../../../../shared/facts/openemr.md', import.meta.url);

/** The text of the facts. Skips the test or suite loudly where they are not. */
export function factsOrSkip(context: Context): string {
  if (existsSync(factsFile)) return readFileSync(factsFile, 'utf8');
  console.warn('SKIPPED: ../shared/facts/openemr.md is not here; nothing was compared');
  return context.skip();
}

/**
 * What a section says: its title where that says more than a name, each line of prose or of a list, and
 * each row of its tables with the cells joined by ` | `. Examples between fences belong to the line above.
 */
export function statementsOf(facts: string, section: string): string[] {
  const [title = '', ...lines] = sectionOf(facts, section).split(/\n```\w*\n[\s\S]*?\n```|\n/);
  const statements = lines.filter((line, index) => !isTableHead(line, lines[index + 1] ?? ''));
  return [...(title.length > longTitle ? [title] : []), ...statements.map(plain)].filter(
    (statement) => statement !== '',
  );
}

/** Cells of the n-th table of a section, without its head. */
export function tableOf(facts: string, section: string, index: number): string[][] {
  const tables = sectionOf(facts, section)
    .split(/\n(?!\|)/)
    .flatMap((part) => (part.includes('\n|') ? [part.slice(part.indexOf('\n|') + 1)] : []));
  const lines = (tables[index] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map(cellsOf);
}

const longTitle = 45;

function sectionOf(facts: string, section: string): string {
  const mark = section.includes('.') ? `\n### ${section} ` : `\n## ${section}. `;
  return facts.split(mark)[1]?.split(/\n---|\n##/)[0] ?? '';
}

function isTableHead(line: string, next: string): boolean {
  return isRule(line) || (line.startsWith('|') && isRule(next));
}

function isRule(line: string): boolean {
  return /^\|[-|]+$/.test(line);
}

function plain(line: string): string {
  return line.startsWith('|') ? cellsOf(line).join(' | ') : line.trim();
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
