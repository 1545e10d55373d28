// Globals and known bugs as a test switches them: `POST /__admin/seed {"openemr":{"settings":{...}}}`.
import { isBoolean, isRecord, isString } from '#core/guards.ts';
import { type BugName, knownBugs, openemrDefaults, type Settings } from './settings.ts';

/**
 * The settings that change, names as in OpenEMR's globals; `bugs` may name some of the known bugs.
 *
 * @throws TypeError for a name or value that no setting has
 */
export function parseSettingsChange(sent: unknown, current: Settings): Partial<Settings> {
  if (!isRecord(sent)) throw new TypeError('settings: an object of globals');
  const { bugs, ...globals } = sent;
  for (const [name, value] of Object.entries(globals)) requireGlobal(name, value);
  return {
    ...globals,
    ...(bugs !== undefined && { bugs: { ...current.bugs, ...parseBugs(bugs) } }),
  };
}

function requireGlobal(name: string, value: unknown): void {
  const known = Object.hasOwn(openemrDefaults, name)
    ? openemrDefaults[name as keyof Settings]
    : undefined;
  if (typeof known !== typeof value || !isAllowed(name, value)) {
    throw new TypeError(`settings: no global ${name} with this value`);
  }
}

function isAllowed(name: string, value: unknown): boolean {
  if (isBoolean(value)) return true;
  if (isString(value)) return value === '' || /^https?:\/\/[^/]+$/.test(value);
  const highest = name === 'oauth_password_grant' ? 3 : 1;
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= highest;
}

function parseBugs(sent: unknown): Partial<Record<BugName, boolean>> {
  const isKnown =
    isRecord(sent) &&
    Object.entries(sent).every(([name, on]) => Object.hasOwn(knownBugs, name) && isBoolean(on));
  if (!isKnown) {
    throw new TypeError(`settings.bugs: true or false for any of ${Object.keys(knownBugs).join()}`);
  }
  return sent as Partial<Record<BugName, boolean>>;
}
