import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { type ArchiveFlags, parseLevel, shownValues, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export async function dicomFind(
  conditions: readonly string[],
  flags: ArchiveFlags & {
    readonly level: string;
    readonly limit: string;
    readonly json?: boolean;
  },
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const level = parseLevel(flags.level);
  const limit = parseLimit(flags.limit);
  const query = Object.fromEntries(conditions.map(parseCondition));
  // One more than asked for shows whether there are more
  const all = await withArchive(flags, terminal, (orthanc) =>
    orthanc.find({ level, query, limit: limit + 1 }, { signal }),
  );
  const found = all.slice(0, limit);
  if (flags.json) print(JSON.stringify(found));
  else if (found.length > 0) print(table(found.map((one) => [one.ID, ...shownValues(one)])));
  else {
    remark(
      say(
        text(
          'Nothing found. * stands for any characters and ? for one: PatientName=Hong*; dates may be a range: StudyDate=20260101-20261231.',
        ),
      ),
    );
  }
  if (all.length > limit) {
    const more = text('There are more than these {limit}. Narrow the search or give --limit N.', {
      limit,
    });
    remark(say(more));
  }
  return found.length > 0 ? exitCode.ok : exitCode.failed;
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new WorkbenchError(
    'USAGE',
    text('"{value}" is no limit. Give a whole number above 0.', { value }),
  );
}

function parseCondition(condition: string): [string, string] {
  const at = condition.indexOf('=');
  if (at > 0) return [condition.slice(0, at), condition.slice(at + 1)];
  throw new WorkbenchError(
    'USAGE',
    text('"{condition}" is no condition. Write Tag=value, such as PatientID=123.', { condition }),
  );
}
