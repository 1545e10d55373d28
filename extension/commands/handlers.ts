import type { CommandId } from '../ids.ts';

/** The arguments of a command come from VS Code or from anyone: each handler looks at them itself. */
export type Handlers = Readonly<
  Partial<Record<CommandId, (...args: readonly unknown[]) => unknown>>
>;
