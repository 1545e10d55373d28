import { examine, type StepResult } from '#core/workflows/doctor.ts';
import { withClients } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
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
      const steps = report.steps.map(({ step, state, sentence, findings }) => ({
        step,
        state,
        ...(sentence && { sentence: say(sentence) }),
        findings: findings.map(({ id, cause, evidence, fix }) => ({
          id,
          cause: say(cause),
          evidence: say(evidence),
          fix: say(fix),
        })),
      }));
      print(JSON.stringify({ isHealthy: report.isHealthy, steps }));
    }
    return report.isHealthy ? exitCode.ok : exitCode.failed;
  });
}

function stepLines({ step, state, sentence, findings }: StepResult, { say }: Terminal): string[] {
  const head = `${marks[state]}  ${step.padEnd(9)}  ${sentence ? say(sentence) : ''}`.trimEnd();
  const details = findings.flatMap(({ cause, evidence, fix }) => [
    `      - ${say(cause)}`,
    `        ${say(evidence)}`,
    `        ${say(fix)}`,
  ]);
  return [head, ...details];
}
