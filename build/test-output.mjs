// What of a level's output reaches the person: counts and failures are taken out for the summary, what
// other tools print whatever happens is left out.
import { stripVTControlCharacters } from 'node:util';

/** Of vsce (the list of packaged files) and of @vscode/test-electron (its own exit code, 1 on success too). */
const noise = [
  /^\s*(INFO|DONE|WARNING)\s+(Files included in the VSIX|Packaged:|.*vscodeignore|.*LICEN[SC]E)/,
  /^openemr-workbench[-\w.]*\.vsix$/,
  /^[\s│]*[├└]─/,
  /^Exit code:\s/,
  /^=> Run vsce ls /,
];

/** @param print - gets every line that a person should see */
export function readOutput(print) {
  const failures = [];
  let counts;
  let isBlank = false;
  return {
    failures,
    counts: () => counts,
    line(raw) {
      const line = stripVTControlCharacters(raw).trimEnd();
      const match = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line);
      if (match) {
        const [passed, failed, skipped] = match.slice(1).map(Number);
        counts = { passed, failed, skipped };
        return;
      }
      if (line.startsWith('failed: ')) failures.push(line.slice('failed: '.length));
      if (noise.some((pattern) => pattern.test(line))) return;
      // What was left out leaves its empty lines.
      if (line === '' && isBlank) return;
      isBlank = line === '';
      print(line);
    },
  };
}
