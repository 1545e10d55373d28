import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Sender, type SendOptions, sendDicom } from '#core/workflows/send-dicom.ts';
import { openJournal } from '#core/workflows/send-dicom-journal.ts';
import type { OrthancCommandDeps } from '#extension/commands/orthanc-commands.ts';
import type { LoadClients } from '#extension/platform/load-clients.ts';
import { mockProfile } from '#extension/profile.ts';
import type { Transfer } from '#extension/transfers.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { aSender } from '#test/support/dicom-sender.ts';
import { Uri, window } from '#test/support/fake-vscode.ts';

const { createBatches } = await import('#extension/batches.ts');
const { orthancCommands } = await import('#extension/commands/orthanc-commands.ts');
const { createTransfers } = await import('#extension/transfers.ts');

function aScene(folder: string, sender: Sender, send: typeof sendDicom = sendDicom) {
  const transfers = createTransfers();
  const bundle = { restSender: () => sender, sendDicom: send, openJournal };
  const load = (() => bundle) as unknown as LoadClients;
  const handlers = orthancCommands({
    tree: { refresh: () => undefined },
    profiles: { active: mockProfile(), find: () => mockProfile() },
    servers: { orthanc: async () => ({}) },
    transfers,
    guard: { askToAllow: async () => true, assertWritable: async () => undefined },
    load,
    batches: createBatches(path.join(folder, 'batches'), load),
    failures: { guard: (run: () => unknown) => run },
  } as unknown as OrthancCommandDeps);
  return { transfers, handlers };
}

describe('sending again what failed', () => {
  const to: Transfer['to'] = { profile: mockProfile(), by: 'rest' };
  const said: string[] = [];
  const sent: (readonly string[])[] = [];
  const send = async ({ inputs }: SendOptions) => {
    sent.push(inputs);
    return { rows: [], isCancelled: false };
  };
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sending-'));
    const say = async (words: string) => void said.push(words);
    Object.assign(window, { showWarningMessage: say, showInformationMessage: say });
  });
  after(() => rm(folder, { recursive: true }));

  it('takes the files themselves, however their rows are called, and a ZIP once', async () => {
    const { transfers, handlers } = aScene(folder, aSender().sender, send);
    const rows: Transfer['rows'] = [
      { name: 'images/a!b.dcm', path: '/x/images/a!b.dcm', status: 'Failed' },
      { name: 'images/a!b.dcm', path: '/y/images/a!b.dcm', status: 'Failed' },
      { name: 'images/good.dcm', path: '/y/images/good.dcm', status: 'Success' },
      { name: 'z.zip!1.dcm', path: '/z.zip', status: 'Failed' },
      { name: 'z.zip!2.dcm', path: '/z.zip', status: 'Failed' },
    ];
    transfers.set({ to, rows, isCancelled: false });

    await handlers['openemrWorkbench.retryFailed']?.();

    assert.deepEqual(sent, [['/x/images/a!b.dcm', '/y/images/a!b.dcm', '/z.zip']]);
  });

  it('says that nothing failed', async () => {
    const { transfers, handlers } = aScene(folder, aSender().sender, send);
    const rows: Transfer['rows'] = [{ name: 'a', path: '/a', status: 'Success' }];
    transfers.set({ to, rows, isCancelled: false });

    await handlers['openemrWorkbench.retryFailed']?.();

    assert.equal(sent.length, 1);
    assert.match(said.at(-1) ?? '', /Nothing failed/);
  });
});

describe('a sending that was cancelled', () => {
  let folder: string;
  /** Cancels after so many files. */
  let limit = Number.POSITIVE_INFINITY;
  const questions: string[] = [];
  let answers: (string | undefined)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sending-'));
    await Promise.all(
      ['rle', 'nested', 'implicit'].map((name) =>
        copyFile(ownFile(`${name}.dcm`), path.join(folder, `${name}.dcm`)),
      ),
    );
    const ask = async (question: string) => {
      questions.push(question);
      return answers.shift();
    };
    Object.assign(window, { showWarningMessage: ask, showInformationMessage: ask });
    questions.length = 0;
    answers = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const cancelling: typeof sendDicom = (options) => {
    const stop = new AbortController();
    let done = 0;
    const onProgress: SendOptions['onProgress'] = (progress) => {
      options.onProgress?.(progress);
      done += 1;
      if (done >= limit) stop.abort();
    };
    return sendDicom({ ...options, concurrency: 1, onProgress, signal: stop.signal });
  };
  const choose = () =>
    ['rle', 'nested', 'implicit'].map((name) => Uri.file(path.join(folder, `${name}.dcm`)));
  const start = (archive: ReturnType<typeof aSender>) => {
    const { handlers, transfers } = aScene(folder, archive.sender, cancelling);
    const send = async () =>
      (await handlers['openemrWorkbench.sendSelected']?.(undefined, choose())) as
        | Transfer
        | undefined;
    return { send, transfers };
  };

  it('goes on when told to: nothing twice, nothing forgotten', async () => {
    const archive = aSender();
    const { send } = start(archive);
    limit = 1;
    const first = await send();
    limit = Number.POSITIVE_INFINITY;
    answers = ['Go On'];

    const second = await send();

    assert.deepEqual([first?.isCancelled, first?.rows.length], [true, 1]);
    assert.match(questions.join('\n'), /interrupted/);
    assert.deepEqual(
      second?.rows.map(({ isResumed = false }) => isResumed),
      [true, false, false],
    );
    assert.deepEqual([...archive.stored.values()], [1, 1, 1]);
    assert.deepEqual(await readdir(path.join(folder, 'batches')), []);
  });

  it('starts over when told to, and does nothing when the question is closed', async () => {
    const archive = aSender();
    const { send } = start(archive);
    limit = 1;
    await send();
    limit = Number.POSITIVE_INFINITY;

    answers = [undefined];
    assert.equal(await send(), undefined);
    answers = ['Start Over'];
    const again = await send();

    assert.ok(again?.rows.every(({ isResumed }) => isResumed !== true));
    assert.deepEqual([...archive.stored.values()], [2, 1, 1]);
  });

  it('leaves nothing to go on with once all of it was sent', async () => {
    const archive = aSender();
    const { send } = start(archive);

    await send();
    await send();

    assert.deepEqual(questions, []);
    assert.deepEqual([...archive.stored.values()], [2, 2, 2]);
  });

  it('asks nothing after an attempt that sent nothing, and forgets no earlier one', async () => {
    const archive = aSender();
    const { send } = start(archive);
    const broken: typeof sendDicom = () => Promise.reject(new Error('no way to the archive'));
    const { handlers } = aScene(folder, archive.sender, broken);
    const fail = async () => handlers['openemrWorkbench.sendSelected']?.(undefined, choose());

    await assert.rejects(fail(), /no way/);
    assert.deepEqual(questions, []);
    limit = 1;
    await send();
    answers = ['Go On'];
    await assert.rejects(fail(), /no way/);
    limit = Number.POSITIVE_INFINITY;
    answers = ['Go On'];
    const last = await send();

    assert.equal(last?.rows.filter(({ isResumed }) => isResumed).length, 1);
  });
});
