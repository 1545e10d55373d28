import assert from 'node:assert/strict';
import { createOrthancClient } from '#core/orthanc/client.ts';
import type { ProfileStore } from '#extension/platform/profile-store.ts';
import { mockProfile } from '#extension/profile.ts';
import type { Servers } from '#extension/servers.ts';
import { type FakeAnswer, scriptedHttp } from '#test/support/fake-http.ts';
import { commands, type Uri, window } from '#test/support/fake-vscode.ts';

const { PreviewFiles } = await import('#extension/documents/preview-files.ts');
const { parsePreviewUri, previewUri } = await import('#extension/documents/preview-uri.ts');
const { previewCommands } = await import('#extension/commands/preview-commands.ts');

const ID = 'da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709';
const profile = { ...mockProfile(), name: 'A/B 100%' };

function aScene(answer: (path: string) => FakeAnswer) {
  const http = scriptedHttp(({ url }) => answer(new URL(url).pathname));
  const client = createOrthancClient({ http, baseUrl: 'http://127.0.0.1:8042' });
  const profiles = {
    active: profile,
    find: (name: string) => (name === profile.name ? profile : undefined),
  } as unknown as ProfileStore;
  const servers = { orthanc: async () => client } as unknown as Servers;
  const files = new PreviewFiles({ profiles, servers });
  const opened: Uri[] = [];
  Object.assign(commands, {
    executeCommand: async (_id: string, uri: Uri) => void opened.push(uri),
  });
  const handlers = previewCommands({ profiles, servers, files });
  const paths = () => http.requests.map(({ url }) => new URL(url).pathname);
  return { files, handlers, opened, paths };
}

const film = (path: string): FakeAnswer => {
  if (path.endsWith('/frames')) return { body: [0, 1, 2] };
  if (path === '/tools/lookup')
    return { body: [{ ID, Path: `/instances/${ID}`, Type: 'Instance' }] };
  if (path.endsWith('/preview')) return { body: `picture ${path}` };
  return { body: { ID, Type: 'Instance', MainDicomTags: { InstanceNumber: ' 7' } } };
};
const node = {
  kind: 'resource',
  level: 'instances',
  resource: { ID, Type: 'Instance', MainDicomTags: { InstanceNumber: '7' } },
};

describe('previewUri', () => {
  it('leads back to the frame, whatever the profile is called', () => {
    const address = { profile: profile.name, instance: ID, frame: 2, frames: 40 };

    const uri = previewUri(address, 'Image 1/2');

    assert.deepEqual(parsePreviewUri(uri), address);
    assert.match(uri.path, /\/2-of-40\/[^/]+\.png$/);
  });

  it('is nothing else', () => {
    const uri = previewUri({ profile: 'p', instance: ID, frame: 1, frames: 1 }, 'Image 1');

    assert.equal(parsePreviewUri(uri.with({ path: '/p/not-an-id/1-of-1/x.png' })), undefined);
  });
});

describe('preview', () => {
  it('opens the first frame of a row, named without a patient', async () => {
    const { handlers, opened } = aScene(film);

    await handlers['openemrWorkbench.preview']?.(node);

    assert.match(opened[0]?.path ?? '', /\/1-of-3\/Image 7 \(1∕3\)\.png$/);
  });

  it('takes a SOP Instance UID and says which instance that is', async () => {
    const said: string[] = [];
    Object.assign(window, {
      showInputBox: async () => ' 1.2.3 ',
      setStatusBarMessage: (words: string) => void said.push(words),
    });
    const { handlers, opened } = aScene(film);

    await handlers['openemrWorkbench.preview']?.();

    assert.match(said[0] ?? '', new RegExp(`1\\.2\\.3 is a DICOM identifier.*${ID}`));
    assert.ok(opened[0]?.path.includes(ID));
  });

  it('opens no empty viewer when Orthanc has no picture', async () => {
    const { handlers, opened } = aScene((path) =>
      path.endsWith('/preview') ? { status: 415 } : film(path),
    );

    await assert.rejects(async () => handlers['openemrWorkbench.preview']?.(node), {
      code: 'ORTHANC_REJECTED',
    });

    assert.deepEqual(opened, []);
  });

  it('goes from frame to frame and stops at both ends', async () => {
    const { handlers, opened } = aScene(film);
    const uri = (await handlers['openemrWorkbench.preview']?.(node)) as Uri;

    assert.equal(await handlers['openemrWorkbench.previousFrame']?.(uri), undefined);
    const second = await handlers['openemrWorkbench.nextFrame']?.(uri);
    const third = await handlers['openemrWorkbench.nextFrame']?.(second);
    assert.equal(await handlers['openemrWorkbench.nextFrame']?.(third), undefined);

    const shown = opened.map(({ path }) => path.split('/').at(-1));
    assert.deepEqual(shown, ['Image 7 (1∕3).png', 'Image 7 (2∕3).png', 'Image 7 (3∕3).png']);
  });

  it('asks for the number of a frame', async () => {
    Object.assign(window, { showInputBox: async () => '3' });
    const { handlers, opened } = aScene(film);
    const uri = await handlers['openemrWorkbench.preview']?.(node);

    await handlers['openemrWorkbench.chooseFrame']?.(uri);

    assert.match(opened[1]?.path ?? '', /\/3-of-3\//);
  });
});

describe('PreviewFiles', () => {
  const uriOf = (frame: number) =>
    previewUri({ profile: profile.name, instance: ID, frame, frames: 99 }, 'Image 7');

  it('gives size and bytes of one picture for one request', async () => {
    const { files, paths } = aScene(film);

    const { size, permissions } = await files.stat(uriOf(2));
    const bytes = await files.readFile(uriOf(2));

    assert.equal(Buffer.from(bytes).toString(), `picture /instances/${ID}/frames/1/preview`);
    assert.deepEqual([size, permissions], [bytes.byteLength, 1]);
    assert.equal(paths().length, 1);
  });

  it('keeps a few pictures, not a whole film', async () => {
    const { files, paths } = aScene(film);
    for (let frame = 1; frame <= 17; frame += 1) await files.readFile(uriOf(frame));

    await files.readFile(uriOf(17));
    await files.readFile(uriOf(1));

    assert.equal(paths().length, 18);
  });

  it('asks again after a failure, and says it in words', async () => {
    let isDown = true;
    const { files } = aScene((path) => (isDown ? { status: 500 } : film(path)));
    await assert.rejects(files.readFile(uriOf(1)), /500/);

    isDown = false;

    assert.ok((await files.readFile(uriOf(1))).byteLength > 0);
  });

  it('can be changed by nobody', () => {
    const { files } = aScene(film);

    for (const change of ['writeFile', 'delete', 'rename', 'createDirectory'] as const) {
      assert.throws(() => files[change](uriOf(1)), /NoPermissions/, change);
    }
  });
});
