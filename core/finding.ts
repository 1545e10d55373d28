import type { Text } from './text.ts';

/** Why something went wrong, as data: views, command line and `doctor` render the same findings. */
export interface Finding {
  /** Stable, such as `oauth.client-disabled`. */
  readonly id: string;
  readonly cause: Text;
  /** What was seen that speaks for this cause. */
  readonly evidence: Text;
  readonly fix: Text;
}
