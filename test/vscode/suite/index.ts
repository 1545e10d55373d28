// Loaded by the extension host, which waits for run(): mocha over every *.test file beside this one.
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

export function run(): Promise<void> {
  const report = process.env['WORKBENCH_TEST_REPORT'] ?? '.';
  const grep = process.env['WORKBENCH_TEST_GREP'] ?? '';
  Mocha.reporters.Base.consoleLog = (...values: unknown[]) =>
    appendFileSync(join(report, 'output.txt'), `${format(...values)}\n`);
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: false, ...(grep && { grep }) });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  }
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      writeFileSync(join(report, 'stats.json'), JSON.stringify(runner.stats));
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else resolve();
    });
  });
}
