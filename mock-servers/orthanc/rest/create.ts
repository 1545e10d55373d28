// POST /tools/create-dicom
import { attributeOf } from '#core/dicom/dictionary.ts';
import { ancestor, descendants, type Level, levels, type Resource } from '../archive/model.ts';
import { createFile } from '../dicom/create.ts';
import { moduleTags } from '../dicom/modules.ts';
import { effectiveCharset, textOf } from '../dicom/values.ts';
import { jsonAnswer } from './answer.ts';
import { type Fields, isFields, knownTag } from './arguments.ts';
import { jsonBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { restOrigin, storeDicom, uploaded } from './upload.ts';

const PATIENT_ID = '00100020';
const uidTags: Readonly<Record<string, Level>> = {
  '0020000D': 'Study',
  '0020000E': 'Series',
  '00080018': 'Instance',
};

export const createDicom: Handler = async (call, orthanc) => {
  const body = await jsonBodyOf(call);
  if (!isFields(body)) throw new OrthancError('badRequest');
  const tags = tagsOf(body);
  const parent = parentOf(body, orthanc);
  const force = body['Force'] ?? false;
  if (typeof force !== 'boolean') throw new OrthancError('badRequest');
  if (!force) refuseIdentifiers(tags);
  const inherited = parent ? await inheritedTags(parent, orthanc) : new Map<string, string>();
  for (const tag of tags.keys()) {
    if (inherited.has(tag) && tag !== PATIENT_ID)
      throw new OrthancError('overrideInherited', attributeOf(tag)?.name ?? tag);
  }
  const contents = contentsOf(body);
  const { clock, settings, uidHost } = orthanc;
  const deps = {
    clock,
    uidHost,
    randomBytes: (size: number) => orthanc.randomBytes(size),
    newUuid: () => orthanc.newUuid(),
    defaultCharset: settings.defaultCharset,
  };
  const charset = inherited.get('00080005') ?? settings.defaultCharset;
  let answer = {};
  for (const content of contents) {
    const bytes = await createFile({ tags, inherited, content, charset, now: clock.now() }, deps);
    answer = uploaded(await storeDicom({ kind: 'memory', bytes }, restOrigin(call), orthanc));
  }
  return jsonAnswer(answer);
};

function tagsOf(body: Fields): Map<string, unknown> {
  // Without `Tags` the body itself is what it would hold, as in the first versions.
  const given = body['Tags'] ?? body;
  if (!isFields(given)) throw new OrthancError('badRequest');
  return new Map(Object.entries(given).map(([name, value]) => [knownTag(name), value]));
}

function parentOf(body: Fields, { archive }: Orthanc): Resource | undefined {
  if (body['Parent'] === undefined) return undefined;
  const parent = archive.resources.findAny(String(body['Parent']));
  if (!parent) throw new OrthancError('inexistentParent');
  if (parent.level === 'Instance') throw new OrthancError('parentIsInstance');
  return parent;
}

function refuseIdentifiers(tags: ReadonlyMap<string, unknown>): void {
  for (const tag of ['00080018', '0020000E', '0020000D']) {
    if (tags.has(tag)) throw new OrthancError('overrideInherited', attributeOf(tag)?.name ?? tag);
  }
}

/** What the modules of the parent and of those above it say, read from an instance of it. */
async function inheritedTags(
  parent: Resource,
  { dicom, settings }: Orthanc,
): Promise<Map<string, string>> {
  const [instance] = descendants(parent, 'Instance');
  const values = new Map<string, string>();
  if (!instance) return values;
  const { dataset } = await dicom.parse(instance);
  const charset = effectiveCharset(dataset.charset, settings.defaultCharset);
  const inherited = levels
    .slice(0, levels.indexOf(parent.level) + 1)
    .filter((level) => ancestor(parent, level));
  const tags = ['00080005', ...inherited.flatMap((level) => [...moduleTags(level)])];
  for (const tag of tags) {
    const element = dataset.get(tag);
    const value = element && textOf(element, element.vr, charset);
    if (value !== undefined && (uidTags[tag] === undefined || inherited.includes(uidTags[tag])))
      values.set(tag, value);
  }
  if (!values.has(PATIENT_ID)) values.set(PATIENT_ID, '');
  return values;
}

function contentsOf(body: Fields): (string | undefined)[] {
  const given = body['Content'];
  if (given === undefined) return [undefined];
  const list: unknown[] = Array.isArray(given) ? given : [given];
  return list.map((each) => {
    const content = isFields(each) ? each['Content'] : each;
    if (typeof content !== 'string') throw new OrthancError('noDataUri');
    return content;
  });
}
