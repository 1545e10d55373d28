import { WorkbenchError } from '#core/errors.ts';
import type { Text } from '#core/text.ts';

/** A step that got answers, but not the ones that the next step needs. */
export class DemoFailure extends WorkbenchError<'DEMO_FAILED'> {
  constructor(sentence: Text) {
    super('DEMO_FAILED', sentence);
    this.name = 'DemoFailure';
  }
}
