// The form's fields from the palette: quick picks and input boxes.
import * as vscode from 'vscode';
import { isString } from '#core/guards.ts';
import { assertEditorsSaved, reopenEditors } from '../documents/profile-editors.ts';
import { CommandId } from '../ids.ts';
import { fieldLabels, grantLabels, profileLabel, secretLabels } from '../labels.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import { SecretKind, type Secrets } from '../platform/secrets.ts';
import {
  Grant,
  isAddress,
  isGrant,
  newProfile,
  type ProfileField,
  profileFields,
} from '../profile.ts';
import type { Session } from '../session.ts';
import type { Handlers } from './handlers.ts';

export interface ProfileDeps {
  readonly profiles: ProfileStore;
  readonly secrets: Secrets;
  readonly session: Pick<Session, 'rename' | 'remove'>;
  /** The form shows which secrets are stored. */
  refresh(): void;
}

export function profileCommands({ profiles, secrets, session, refresh }: ProfileDeps): Handlers {
  const { l10n, window } = vscode;
  return {
    async [CommandId.selectProfile](name) {
      if (isString(name)) return profiles.select(name);
      const { active } = profiles;
      const items = profiles.all.map(({ name, mock, baseUrl }) => ({
        label: profileLabel(name, mock),
        name,
        description: mock ? l10n.t('follows the mock servers') : baseUrl,
        picked: name === active.name,
      }));
      const chosen = await window.showQuickPick(items, { title: l10n.t('Select Profile') });
      if (chosen) await profiles.select(chosen.name);
    },
    async [CommandId.newProfile]() {
      const name = await askName(profiles, l10n.t('New Profile'), '');
      if (name) await profiles.put(newProfile(name));
    },
    async [CommandId.renameProfile]() {
      const { active } = profiles;
      const name = await askName(profiles, l10n.t('Rename Profile'), active.name);
      if (!name || name === active.name) return;
      assertEditorsSaved(active.name);
      await secrets.move(active, { ...active, name });
      session.rename(active.name, name);
      await profiles.rename(active.name, name);
      await reopenEditors(active.name, name);
    },
    async [CommandId.deleteProfile]() {
      const { active } = profiles;
      const remove = l10n.t('Delete');
      const answer = await window.showWarningMessage(
        l10n.t('Delete the profile "{name}" and its secrets?', { name: active.name }),
        { modal: true },
        remove,
      );
      if (answer !== remove) return;
      session.remove(active.name);
      await secrets.remove(active);
      await profiles.remove(active.name);
    },
    async [CommandId.editProfile]() {
      const { active } = profiles;
      const fields = profileFields.filter((field) => !(active.mock && isAddress(field)));
      const labels = fieldLabels();
      const items = fields.map((field) => ({
        label: labels[field],
        description: active[field],
        field,
      }));
      const chosen = await window.showQuickPick(items, {
        title: l10n.t('Edit Profile: {name}', { name: active.name }),
        placeHolder: l10n.t('Choose what to change'),
      });
      if (!chosen) return;
      const value = await askValue(chosen.field, chosen.label, active[chosen.field]);
      if (value !== undefined) profiles.edit(active.name, chosen.field, value.trim());
    },
    async [CommandId.setSecret]() {
      const { active } = profiles;
      const labels = secretLabels();
      const items = Object.values(SecretKind).map((secret) => ({ label: labels[secret], secret }));
      const chosen = await window.showQuickPick(items, { title: l10n.t('Enter Secret') });
      if (!chosen) return;
      const value = await window.showInputBox({
        title: chosen.label,
        password: true,
        prompt: l10n.t('Kept in the secret storage of the editor. Leave empty to remove it.'),
      });
      if (value === undefined) return;
      await secrets.set(active, chosen.secret, value);
      refresh();
    },
  };
}

function askName(
  profiles: ProfileStore,
  title: string,
  value: string,
): Thenable<string | undefined> {
  const { l10n, window } = vscode;
  return window.showInputBox({
    title,
    value,
    prompt: l10n.t('Name of the profile'),
    validateInput(input) {
      const name = input.trim();
      if (name === '') return l10n.t('Enter a name.');
      const isTaken = name !== value && profiles.all.some((profile) => profile.name === name);
      return isTaken ? l10n.t('There is already a profile of this name.') : undefined;
    },
  });
}

async function askValue(
  field: ProfileField,
  title: string,
  value: string,
): Promise<string | undefined> {
  if (field !== 'grant') return vscode.window.showInputBox({ title, value });
  const labels = grantLabels();
  const items = Object.values(Grant).map((grant) => ({ label: labels[grant], grant }));
  const chosen = await vscode.window.showQuickPick(items, { title });
  return isGrant(chosen?.grant) ? chosen.grant : undefined;
}
