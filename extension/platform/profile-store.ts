import * as vscode from 'vscode';
import type { SuiteUrls } from '#core/control/wire.ts';
import {
  defaultMockUrls,
  mockProfile,
  type Profile,
  type ProfileField,
  parseProfiles,
  toSetting,
} from '../profile.ts';

export interface ProfileStore extends vscode.Disposable {
  readonly all: readonly Profile[];
  /** With the addresses of the mock servers filled in, when it is theirs. */
  readonly active: Profile;
  readonly onDidChange: vscode.Event<void>;
  /** The list is part of the workspace's settings, not of the user's. */
  readonly isOfWorkspace: boolean;
  /** With its addresses filled in, like the active one. */
  find(name: string): Profile | undefined;
  select(name: string): Promise<void>;
  /** Adds a profile, or replaces the one of that name, and selects it. */
  put(profile: Profile): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Takes effect at once; the settings file follows a moment later. */
  edit(name: string, field: ProfileField, value: string): void;
  /** Where the mock servers listen now. */
  setMockUrls(urls: SuiteUrls | undefined): void;
}

const section = 'openemrWorkbench';
const setting = 'profiles';
const activeKey = 'activeProfile';
/** Typing does not write the settings file letter by letter. */
const SAVE_DELAY_MS = 400;

export function createProfileStore(
  memory: vscode.Memento,
  report: (error: unknown) => void,
): ProfileStore {
  const changed = new vscode.EventEmitter<void>();
  let mockUrls: SuiteUrls | undefined;
  let profiles = readProfiles();
  let unsaved: NodeJS.Timeout | undefined;

  const save = async () => {
    clearTimeout(unsaved);
    unsaved = undefined;
    const config = vscode.workspace.getConfiguration(section);
    const { Global, Workspace } = vscode.ConfigurationTarget;
    await config.update(setting, profiles.map(toSetting), isInWorkspace() ? Workspace : Global);
  };
  const saveLater = () => {
    clearTimeout(unsaved);
    unsaved = setTimeout(() => void save().catch(report), SAVE_DELAY_MS);
  };
  const watcher = vscode.workspace.onDidChangeConfiguration((event) => {
    // While an edit waits to be saved, the file is older than what the person sees.
    if (!event.affectsConfiguration(`${section}.${setting}`) || unsaved !== undefined) return;
    profiles = readProfiles();
    changed.fire();
  });
  const activeName = () => memory.get<string>(activeKey);
  const resolve = (profile: Profile): Profile =>
    profile.mock
      ? {
          ...profile,
          baseUrl: mockUrls?.openemr ?? defaultMockUrls.openemr,
          fhirUrl: mockUrls?.fhir ?? defaultMockUrls.fhir,
          orthancUrl: mockUrls?.orthanc ?? defaultMockUrls.orthanc,
        }
      : profile;

  return {
    get all() {
      return profiles;
    },
    get active() {
      const found = profiles.find(({ name }) => name === activeName()) ?? profiles[0];
      return resolve(found ?? mockProfile());
    },
    onDidChange: changed.event,
    get isOfWorkspace() {
      return isInWorkspace();
    },
    find(name) {
      const found = profiles.find((profile) => profile.name === name);
      return found && resolve(found);
    },
    async select(name) {
      await memory.update(activeKey, name);
      changed.fire();
    },
    async put(profile) {
      const others = profiles.filter(({ name }) => name !== profile.name);
      profiles = [...others, profile];
      await memory.update(activeKey, profile.name);
      changed.fire();
      await save();
    },
    async rename(from, to) {
      profiles = profiles.map((profile) =>
        profile.name === from ? { ...profile, name: to } : profile,
      );
      if (activeName() === from) await memory.update(activeKey, to);
      changed.fire();
      await save();
    },
    async remove(name) {
      profiles = parseProfiles(profiles.filter((profile) => profile.name !== name));
      changed.fire();
      await save();
    },
    edit(name, field, value) {
      profiles = profiles.map((profile) =>
        profile.name === name ? { ...profile, [field]: value } : profile,
      );
      changed.fire();
      saveLater();
    },
    setMockUrls(urls) {
      mockUrls = urls;
      changed.fire();
    },
    dispose() {
      if (unsaved !== undefined) void save().catch(report);
      watcher.dispose();
      changed.dispose();
    },
  };
}

function isInWorkspace(): boolean {
  const config = vscode.workspace.getConfiguration(section);
  return config.inspect(setting)?.workspaceValue !== undefined;
}

function readProfiles(): Profile[] {
  return parseProfiles(vscode.workspace.getConfiguration(section).get(setting));
}
