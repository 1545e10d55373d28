import assert from 'node:assert/strict';
import { controlProduct } from '#core/control/wire.ts';
import type { WorkbenchError } from '#core/errors.ts';
import type { WriteGuard } from '#extension/platform/write-guard.ts';
import { window } from '#test/support/fake-vscode.ts';
import { type Listening, listen } from '#test/support/listen.ts';

const health = { product: controlProduct, pid: 1, status: 'ready', startedAtMs: 0, urls: {} };

describe('createWriteGuard', () => {
  let guard: WriteGuard;
  let server: Listening;
  let url: string;
  let answer: string;

  before(async () => {
    const { createWriteGuard } = await import('#extension/platform/write-guard.ts');
    guard = createWriteGuard();
    server = await listen((_request, response) => response.end(answer));
    url = server.url;
  });
  after(async () => {
    guard.dispose();
    await server.close();
  });

  it('lets a mock be written without a question', async () => {
    answer = JSON.stringify(health);

    assert.equal(await guard.canWrite(url), true);
  });

  it('refuses a real server that took the place of a mock', async () => {
    answer = JSON.stringify(health);
    await guard.assertWritable(url);

    answer = '<html>OpenEMR</html>';

    await assert.rejects(
      guard.assertWritable(url),
      ({ code }: WorkbenchError) => code === 'WRITE_LOCKED',
    );
    assert.equal(await guard.canWrite(url), false);
  });

  it('asks about a DICOM node, which cannot tell whether it is a mock', async () => {
    const questions: string[] = [];
    let answer: string | undefined;
    Object.assign(window, {
      showWarningMessage: async (question: string) => {
        questions.push(question);
        return answer;
      },
    });
    const node = 'dicom://pacs.test:104';

    assert.equal(await guard.askToAllow(node), false);
    answer = 'Allow Changes';
    assert.equal(await guard.askToAllow(node), true);

    assert.match(questions[0] ?? '', /^pacs\.test:104 is a real server/);
    assert.equal(await guard.canWrite(node), true);
    assert.equal(await guard.canWrite('dicom://pacs.test:105'), false);
    await assert.rejects(guard.askToAllow('dicom://pacs'), { code: 'SETTINGS_INVALID' });
    guard.forbidAll();
    assert.equal(await guard.canWrite(node), false);
  });
});
