import { WorkbenchError } from '#core/errors.ts';
import type { Resource } from '#core/orthanc/wire.ts';
import { type Text, text } from '#core/text.ts';
import { type ArchiveFlags, resolveTarget, shownValues, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

type Flags = ArchiveFlags & {
  readonly level?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** Says what goes and how many instances of it, and asks first; exit code 1 when the answer is no. */
export async function dicomDelete(
  idOrUid: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const confirm = flags.yes ? async () => true : terminal.confirm;
  if (confirm === undefined) throw nobodyToAsk();
  return withArchive(flags, terminal, async (orthanc) => {
    const { level, id } = await resolveTarget(orthanc, idOrUid, flags.level, terminal);
    const resource = await orthanc.read(level, id, { signal });
    const count = await orthanc.countInstances(level, id, { signal });
    const what = say(nameOf(resource));
    const deleted = await confirm(say(question({ what, count, url: orthanc.baseUrl })));
    const rest = deleted ? (await orthanc.delete(level, id, { signal })).RemainingAncestor : null;
    if (flags.json) {
      const remaining = rest && { type: rest.Type, id: rest.ID };
      print(JSON.stringify({ deleted, type: resource.Type, id, instances: count, remaining }));
    } else if (deleted) {
      remark(printable(say(text('Deleted {what}. Instances: {count}.', { what, count }))));
    } else remark(say(text('Nothing was deleted.')));
    return deleted ? exitCode.ok : exitCode.failed;
  });
}

function nameOf(resource: Resource): Text {
  const label = shownValues(resource).join(', ') || resource.ID;
  switch (resource.Type) {
    case 'Patient':
      return text('the patient {label}', { label });
    case 'Study':
      return text('the study {label}', { label });
    case 'Series':
      return text('the series {label}', { label });
    case 'Instance':
      return text('the instance {label}', { label });
  }
}

function question(args: {
  readonly what: string;
  readonly count: number;
  readonly url: string;
}): Text {
  return text(
    'Delete {what} from {url}? Instances that go with it: {count}. This cannot be undone.',
    args,
  );
}

function nobodyToAsk(): WorkbenchError {
  return new WorkbenchError(
    'USAGE',
    text(
      'Nothing was deleted: there is no terminal to ask at. Give --yes to delete without asking.',
    ),
  );
}
