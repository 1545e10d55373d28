import assert from 'node:assert/strict';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { mockProfile } from '#extension/profile.ts';
import type { LevelNode } from '#extension/views/orthanc-nodes.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';
import { window } from '#test/support/fake-vscode.ts';

const { deleteFromOrthanc } = await import('#extension/commands/delete-command.ts');

const ID = 'da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709';
const node: LevelNode = {
  kind: 'resource',
  level: 'studies',
  resource: {
    ID,
    Type: 'Study',
    MainDicomTags: { StudyDescription: 'CT Brain', StudyDate: '20260102' },
  },
};
const counted = { body: { CountInstances: 12, DiskSize: '1' } };
const deleted = { body: { RemainingAncestor: null } };

function aScene(answers: readonly FakeAnswer[], { allowed = true, isStillMock = true } = {}) {
  const http = fakeHttp(...answers);
  const client = createOrthancClient({ http, baseUrl: 'http://127.0.0.1:8042' });
  let refreshed = 0;
  const deps = {
    tree: { refresh: () => void refreshed++ },
    profiles: { active: mockProfile() },
    servers: { orthanc: async () => client },
    guard: {
      askToAllow: async () => allowed,
      assertWritable: async () => {
        if (!isStillMock) throw new Error('locked');
      },
    },
  };
  const methods = () => http.requests.map(({ method }) => method);
  return { run: () => deleteFromOrthanc(deps, node), methods, refreshed: () => refreshed };
}

describe('deleteFromOrthanc', () => {
  let question: readonly unknown[];
  const answerWith = (answer: string | undefined) =>
    Object.assign(window, {
      showWarningMessage: async (...all: unknown[]) => {
        question = all;
        return answer;
      },
    });

  it('says what goes, from where and how many images of it, in a modal question', async () => {
    answerWith(undefined);
    const { run, methods } = aScene([counted]);

    assert.equal(await run(), false);

    assert.deepEqual(question, [
      'Delete the study CT Brain · 2026-01-02 from Orthanc at 127.0.0.1:8042?',
      { modal: true, detail: 'Images that go with it: 12. This cannot be undone.' },
      'Delete',
    ]);
    assert.deepEqual(methods(), ['GET']);
  });

  it('deletes after the answer and shows what is left', async () => {
    answerWith('Delete');
    const { run, methods, refreshed } = aScene([counted, deleted]);

    assert.equal(await run(), true);

    assert.deepEqual(methods(), ['GET', 'DELETE']);
    assert.equal(refreshed(), 1);
  });

  it('asks nothing and sends nothing on a server that stays locked', async () => {
    Object.assign(window, { showWarningMessage: () => assert.fail('asked') });
    const { run, methods } = aScene([], { allowed: false });

    assert.equal(await run(), false);

    assert.deepEqual(methods(), []);
  });

  it('deletes nothing when a real server took the place of the mock during the question', async () => {
    answerWith('Delete');
    const { run, methods } = aScene([counted], { isStillMock: false });

    await assert.rejects(run(), /locked/);

    assert.deepEqual(methods(), ['GET']);
  });

  it('reads the tree anew when the deletion fails', async () => {
    answerWith('Delete');
    const { run, refreshed } = aScene([counted, { status: 404 }]);

    await assert.rejects(run(), { code: 'ORTHANC_NOT_FOUND' });

    assert.equal(refreshed(), 1);
  });
});
