// The levels of `npm test`, in the order of their price. Each ends with the line of counts.

const levels = [
  { name: 'check', command: ['node', 'build/check.mjs'] },
  { name: 'core', files: 'test/core/**/*.test.ts' },
  { name: 'extension', files: 'test/extension/**/*.test.ts' },
  { name: 'mock-servers', files: 'test/mock-servers/**/*.test.ts' },
  { name: 'build-and-cli', files: 'test/{build,cli,support,bench}/**/*.test.ts' },
  { name: 'conformance', files: 'test/conformance/**/*.test.ts' },
  { name: 'vscode', script: 'test/vscode/run.mjs' },
  { name: 'ui', script: 'test/ui/run.mjs' },
];

/** All of them, or those whose name holds one of the words; undefined when a word fits none. */
export function chooseLevels(words) {
  const fits = (word) => levels.filter(({ name }) => name.includes(word.toLowerCase()));
  if (words.length === 0) return levels;
  if (words.some((word) => fits(word).length === 0)) return undefined;
  return levels.filter((level) => words.some((word) => fits(word).includes(level)));
}

export const levelNames = levels.map(({ name }) => name);
