/** What a script may rely on. */
export const exitCode = {
  ok: 0,
  /** The command ran and the answer is no. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No server answered in time. */
  unreachable: 3,
  /** A bug of ours. */
  internal: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
