import { WorkbenchError } from '#core/errors.ts';
import type { Text } from '#core/text.ts';

/** A step that got answers, but not the ones that the next step needs. */
export class DemoFailure extends WorkbenchError<'DEMO_FAILED'> {
  /** The file that it is about. */
  readonly file: string | undefined;

  constructor(sentence: Text, file?: string) {
    super('DEMO_FAILED', sentence);
    this.name = 'DemoFailure';
    this.file = file;
  }
}
