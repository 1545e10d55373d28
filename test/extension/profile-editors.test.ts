import assert from 'node:assert/strict';
import type { Tab } from 'vscode';
import {
  commands,
  TabInputCustom,
  TabInputText,
  TabInputTextDiff,
  Uri,
  window,
} from '#test/support/fake-vscode.ts';

const { assertEditorsSaved, reopenEditors } = await import(
  '#extension/documents/profile-editors.ts'
);

const ID = 'da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709';
const patient = (profile: string, scheme = 'fhir') =>
  Uri.from({ scheme, path: `/${profile}/openemr/Patient/1.json` });
const picture = Uri.from({ scheme: 'orthanc', path: `/Old/${ID}/2-of-3/Image 7 (2∕3).png` });

function anEditor(input: unknown, changes: Partial<Tab> = {}): Tab {
  const group = { viewColumn: 2 };
  return { input, isActive: false, isDirty: false, isPreview: false, group, ...changes } as Tab;
}

describe('editors of a profile', () => {
  const events: string[] = [];
  const open = (...tabs: readonly Tab[]) => {
    events.length = 0;
    Object.assign(window.tabGroups, {
      all: [{ tabs }],
      close: async ({ input }: Tab) =>
        void events.push(`close ${(input as TabInputText).uri ?? 'comparison'}`),
    });
    Object.assign(commands, {
      executeCommand: async (_id: string, uri: Uri, { viewColumn }: { viewColumn: number }) =>
        void events.push(`open ${uri} in ${viewColumn}`),
    });
  };

  it('open again under the new name, the one in front last, comparisons not', async () => {
    open(
      anEditor(new TabInputText(patient('Old')), { isActive: true }),
      anEditor(new TabInputCustom(picture)),
      anEditor(new TabInputTextDiff(patient('Old', 'fhir-server'), patient('Old'))),
      anEditor(new TabInputText(patient('Other'))),
      anEditor(new TabInputText(Uri.file('/Old/notes.txt'))),
      anEditor(undefined),
    );

    await reopenEditors('Old', 'New 1');

    const renamed = picture.with({ path: picture.path.replace('Old', 'New 1') });
    assert.deepEqual(events, [
      `close ${picture}`,
      `open ${renamed} in 2`,
      'close comparison',
      `close ${patient('Old')}`,
      `open ${patient('New 1')} in 2`,
    ]);
  });

  it('stand in the way of a new name while they have unsaved changes', () => {
    open(anEditor(new TabInputText(patient('Old')), { isDirty: true }));

    assert.throws(() => assertEditorsSaved('Old'), { code: 'SETTINGS_INVALID' });
    assert.doesNotThrow(() => assertEditorsSaved('Other'));
  });
});
