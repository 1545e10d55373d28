// What is left of /tools: switches that change nothing but themselves, and lists.
import { fitsWildcard } from '../archive/query.ts';
import { storageClasses } from '../dimse/generated/storage-classes.ts';
import type { Version } from '../versions.ts';
import { bareStatus, jsonAnswer, textAnswer } from './answer.ts';
import { booleanText } from './arguments.ts';
import { textBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import { type Handler, restart } from './orthanc.ts';
import type { Hierarchy } from './router.ts';
import { toggle } from './system.ts';
import { transferSyntaxes } from './transfer-syntaxes.ts';

const levels = ['default', 'verbose', 'trace'];
const logCategories = ['', '-dicom', '-generic', '-http', '-jobs', '-lua', '-plugins', '-sqlite'];

export function addTools(routes: Hierarchy<Handler>, version: Version): void {
  for (const category of logCategories) {
    const { get, put } = toggle(`log-level${category}`, 'default', verbosity);
    routes.add('GET', `/tools/log-level${category}`, get);
    routes.add('PUT', `/tools/log-level${category}`, put);
  }
  for (const [name, usual] of [
    ['metrics', '1'],
    ['unknown-sop-class-accepted', '0'],
  ] as const) {
    const { get, put } = toggle(name, usual, (value) => (booleanText(value) ? '1' : '0'));
    routes.add('GET', `/tools/${name}`, get);
    routes.add('PUT', `/tools/${name}`, put);
  }
  routes.add('GET', '/tools/accepted-transfer-syntaxes', getSyntaxes);
  routes.add('PUT', '/tools/accepted-transfer-syntaxes', putSyntaxes);
  if (version.hasLabels)
    routes.add('GET', '/tools/accepted-sop-classes', () => jsonAnswer([...storageClasses].sort()));
  // Scripts stay forbidden, whatever ExecuteLuaEnabled says: there is no Lua here.
  routes.add('POST', '/tools/execute-script', () => bareStatus(403));
  routes.add('POST', '/tools/invalidate-tags', () => textAnswer(''));
  routes.add('POST', '/tools/reconstruct', () => textAnswer(''));
  routes.add('POST', '/tools/reset', restart);
}

function verbosity(value: string): string {
  if (levels.includes(value)) return value;
  const details = `Verbosity can be "default", "verbose" or "trace": ${value}`;
  throw new OrthancError('outOfRange', details);
}

const getSyntaxes: Handler = (_call, { settings }) =>
  jsonAnswer([...(settings.acceptedSyntaxes ?? transferSyntaxes())]);

/** `*`, or a list of patterns; without a body, none. C-STORE takes only what is in the list from then on. */
const putSyntaxes: Handler = async (call, { settings }) => {
  const patterns = syntaxPatterns((await textBodyOf(call)).trim());
  const accepted = transferSyntaxes().filter((syntax) =>
    patterns.some((pattern) => fitsWildcard(pattern, syntax)),
  );
  settings.acceptedSyntaxes = new Set(accepted);
  return jsonAnswer(accepted);
};

function syntaxPatterns(text: string): readonly string[] {
  if (text === '*') return ['*'];
  if (text === '') return [];
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  } catch (cause) {
    throw new OrthancError('badFile', undefined, { cause });
  }
  throw new OrthancError('badFile');
}
