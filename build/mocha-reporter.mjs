// Every failure in full, every skipped test with its reason, what is slow,
// and one line of counts.
import mocha from 'mocha';

// biome-ignore lint/style/noDefaultExport: mocha loads a reporter by its default export
export default class Reporter extends mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const slow = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.on('pass', (test) => {
      if (test.duration > 2000) slow.push(test);
    });
    runner.once('end', () => {
      const { passes, failures, pending, duration = 0 } = this.stats;
      if (this.failures.length > 0) mocha.reporters.Base.list(this.failures);
      // For the summary of `npm test`, which reads lines of this form.
      for (const test of this.failures) console.log(`failed: ${test.fullTitle()}`);
      for (const test of slow) {
        console.log(`slow: ${(test.duration / 1000).toFixed(1)} s ${test.fullTitle()}`);
      }
      for (const title of skipped) console.log(`skipped: ${title}`);
      console.log(`(${(duration / 1000).toFixed(1)} s)`);
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
      endSoon(failures);
    });
  }
}

/** A socket or child that a test left open would keep the process for ever: that is a failure too. */
function endSoon(failures) {
  const timer = setTimeout(() => {
    console.log(`left open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(Math.max(1, Math.min(255, failures)));
  }, 10_000);
  timer.unref();
}
