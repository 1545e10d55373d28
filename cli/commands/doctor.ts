import { text } from '#core/text.ts';
import { examine, type StepResult } from '#core/workflows/doctor.ts';
import { withClients } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { optionsByFinding, optionsFor } from '../setting-options.ts';
import { type ConnectionFlags, connectionSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

const marks = { passed: 'ok  ', warned: 'warn', failed: 'FAIL', skipped: 'skip' } as const;

/** Exit code 1 when a link between this machine and the patient list is broken. */
export async function doctor(
  flags: ConnectionFlags & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { print, say, signal } = terminal;
  const settings = connectionSettings(flags, terminal.environment);
  const onStep = (result: StepResult): void => {
    for (const line of stepLines(result, terminal)) print(line);
  };
  return withClients(settings, flags, terminal, async ({ http, connect }) => {
    const report = await examine(
      settings,
      { http, connect },
      { signal, ...(!flags.json && { onStep }) },
    );
    if (flags.json) {
      const steps = report.steps.map(({ step, state, sentence, missing, findings }) => ({
        step,
        state,
        ...(sentence && { sentence: say(sentence) }),
        ...(missing && { options: optionsFor(missing) }),
        findings: findings.map(({ id, cause, evidence, fix }) => ({
          id,
          cause: say(cause),
          evidence: say(evidence),
          fix: say(fix),
          ...(optionsByFinding[id] && { options: optionsByFinding[id] }),
        })),
      }));
      print(JSON.stringify({ isHealthy: report.isHealthy, steps }));
    }
    return report.isHealthy ? exitCode.ok : exitCode.failed;
  });
}

function stepLines(result: StepResult, { say }: Terminal): string[] {
  const { step, state, sentence, missing, findings } = result;
  const head = `${marks[state]}  ${step.padEnd(9)}  ${sentence ? say(sentence) : ''}`.trimEnd();
  const where = (options: string | undefined): string[] =>
    options === undefined
      ? []
      : [`        ${say(text('On the command line: {options}', { options }))}`];
  const details = findings.flatMap(({ id, cause, evidence, fix }) => [
    `      - ${say(cause)}`,
    `        ${say(evidence)}`,
    `        ${say(fix)}`,
    ...where(optionsByFinding[id]),
  ]);
  return [head, ...where(missing && optionsFor(missing)), ...details].map(printable);
}
