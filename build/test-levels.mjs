// The levels of `npm test`, in the order of their price. Each ends with the line of counts.
import { availableParallelism } from 'node:os';

/** `isBeside`: runs while the others do. Those that wait for a window, and `check`, so that both lists take as long. */
const levels = [
  { name: 'check', command: ['node', 'build/check.mjs'], isBeside: true },
  { name: 'core', files: 'test/core/**/*.test.ts' },
  { name: 'extension', files: 'test/extension/**/*.test.ts' },
  { name: 'mock-servers', files: 'test/mock-servers/**/*.test.ts' },
  { name: 'build-and-cli', files: 'test/{build,cli,support,bench}/**/*.test.ts' },
  { name: 'conformance', files: 'test/conformance/**/*.test.ts' },
  { name: 'vscode', script: 'test/vscode/run.mjs', isBeside: true },
  { name: 'ui', script: 'test/ui/run.mjs', isBeside: true },
];

/** All of them, or those whose name holds one of the words; undefined when a word fits none. */
export function chooseLevels(words) {
  const fits = (word) => levels.filter(({ name }) => name.includes(word.toLowerCase()));
  if (words.length === 0) return levels;
  if (words.some((word) => fits(word).length === 0)) return undefined;
  return levels.filter((level) => words.some((word) => fits(word).includes(level)));
}

/** Lists of levels that run at the same time; within a list one after another. */
export function lanesOf(chosen) {
  if (availableParallelism() < 2) return [chosen];
  const beside = chosen.filter(({ isBeside }) => isBeside);
  const others = chosen.filter(({ isBeside }) => !isBeside);
  return [others, beside].filter(({ length }) => length > 0);
}

export const levelNames = levels.map(({ name }) => name);
