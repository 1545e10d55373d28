// The one place where a failure inside the editor becomes a log line and a notification.
import * as vscode from 'vscode';
import type { ErrorCode } from '#core/errors.ts';
import { isRecord, isString } from '#core/guards.ts';
import type { Logger } from '#core/log.ts';
import type { Text } from '#core/text.ts';
import { isAbort } from './abort.ts';
import { render } from './l10n.ts';

export interface Failures {
  /** Shows what failed, why and what to do; an abort is no failure and shows nothing. */
  report(error: unknown, actions?: readonly Action[]): Promise<void>;
  log(error: unknown): void;
  /** Runs a command or a handler and reports what it throws. */
  guard<A extends readonly unknown[]>(
    run: (...args: A) => unknown,
  ): (...args: A) => Promise<unknown>;
}

export interface Action {
  readonly title: string;
  run(): unknown;
}

export function createFailures(log: Logger, showLog: () => void): Failures {
  const failures: Failures = {
    log: (error) => log.error('failed', { code: codeOf(error), cause: causeOf(error) }),
    async report(error, actions = []) {
      if (isAbort(error)) return;
      failures.log(error);
      const all = [...actions, { title: vscode.l10n.t('Show Log'), run: showLog }];
      const chosen = await vscode.window.showErrorMessage(
        sentenceOf(error),
        ...all.map(({ title }) => title),
      );
      await all.find(({ title }) => title === chosen)?.run();
    },
    guard:
      (run) =>
      async (...args) => {
        try {
          return await run(...args);
        } catch (error) {
          // Not awaited: a command ends when its work ends, not when the message is closed.
          void failures.report(error);
          return undefined;
        }
      },
  };
  return failures;
}

/** Errors cross from one bundle to another, where `instanceof` cannot follow. */
export function isWorkbenchError(
  error: unknown,
): error is Error & { readonly code: ErrorCode; readonly text: Text } {
  return (
    error instanceof Error &&
    'code' in error &&
    'text' in error &&
    isRecord(error.text) &&
    isString(error.text['template'])
  );
}

export function sentenceOf(error: unknown): string {
  if (isWorkbenchError(error)) return render(error.text);
  return vscode.l10n.t(
    'Something unexpected went wrong inside the extension. The log has the details.',
  );
}

function codeOf(error: unknown): string | undefined {
  return isWorkbenchError(error) ? error.code : undefined;
}

/** Of a bug, the stack without its message, which may quote data. */
function causeOf(error: unknown): string | undefined {
  const cause = isWorkbenchError(error) ? error.cause : error;
  if (!(cause instanceof Error)) return undefined;
  const frames = cause.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return [cause.name, ...frames.slice(0, 4).map((line) => line.trim())].join(' ');
}
