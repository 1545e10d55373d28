// What happens between a sending and the click that goes on with it decides nothing about where it goes.
import assert from 'node:assert/strict';
import type { SendOptions, SendResult } from '#core/workflows/send-dicom.ts';
import type { OrthancCommandDeps } from '#extension/commands/orthanc-commands.ts';
import { newProfile, type Profile } from '#extension/profile.ts';
import { settings, Uri, window } from '#test/support/fake-vscode.ts';

const { orthancCommands } = await import('#extension/commands/orthanc-commands.ts');
const { createTransfers } = await import('#extension/transfers.ts');

const clinic = newProfile('Clinic', { orthancUrl: 'http://clinic.test:8042' });
const hospital = newProfile('Hospital', { orthancUrl: 'http://hospital.test:8042' });
const cut: SendResult = {
  rows: [{ name: 'bad.dcm', path: '/in/bad.dcm', status: 'Failed' }],
  isCancelled: true,
};
const done: SendResult = { rows: [], isCancelled: false };

/** Two archives; a notification stays open until `click`. */
function aScene(...results: SendResult[]) {
  const state: { all: Profile[]; active: Profile; locked?: string } = {
    all: [hospital, clinic],
    active: hospital,
  };
  const sent: string[] = [];
  const refused: string[] = [];
  const notifications: ((title: string) => void)[] = [];
  let finished = (): void => undefined;
  const bundle = {
    restSender: ({ orthancUrl }: Profile) => orthancUrl,
    sendDicom: async ({ sender, inputs }: SendOptions) => {
      sent.push(`${String(sender)} ${inputs.join()}`);
      return results.shift() ?? done;
    },
  };
  const batches: string[] = [];
  const handlers = orthancCommands({
    tree: { refresh: () => undefined },
    profiles: {
      get active() {
        return state.active;
      },
      find: (wanted: string) => state.all.find(({ name }) => name === wanted),
    },
    servers: { orthanc: async (profile: Profile) => profile },
    transfers: createTransfers(),
    guard: {
      askToAllow: async () => true,
      assertWritable: async (url: string) => {
        if (url === state.locked) throw Object.assign(new Error(), { code: 'WRITE_LOCKED' });
      },
    },
    load: () => bundle,
    batches: {
      isInterrupted: () => false,
      open: async (_inputs: unknown, target: string, { isContinued }: { isContinued: boolean }) => {
        batches.push(`${target}${isContinued ? ' continued' : ''}`);
        return { journal: {}, close: async () => undefined };
      },
    },
    failures: {
      guard: (run: () => Promise<unknown>) => () =>
        run()
          .catch((error) => void refused.push(error.code))
          .finally(() => finished()),
    },
  } as unknown as OrthancCommandDeps);
  const ask = () => new Promise((resolve) => void notifications.push(resolve));
  Object.assign(window, { showWarningMessage: ask });
  const send = (path: string) =>
    handlers['openemrWorkbench.sendSelected']?.(undefined, [Uri.file(path)]);
  const retry = async () => handlers['openemrWorkbench.retryFailed']?.();
  /** In the notification of the n-th sending. */
  const click = (title: string, number = 0) =>
    new Promise<void>((resolve) => {
      finished = resolve;
      notifications[number]?.(title);
    });
  return { state, sent, refused, batches, send, retry, click };
}

describe('going on with a sending', () => {
  afterEach(() => settings.clear());

  it('goes on to its own archive by its own protocol, whatever is in use by now', async () => {
    const { state, sent, refused, batches, send, click } = aScene(cut);
    await send('/in');
    state.active = clinic;
    settings.set('openemrWorkbench.orthanc.sendBy', 'stow');

    await click('Go On');

    assert.deepEqual(refused, []);
    assert.deepEqual(sent, ['http://hospital.test:8042 /in', 'http://hospital.test:8042 /in']);
    assert.deepEqual(batches, [
      'rest http://hospital.test:8042',
      'rest http://hospital.test:8042 continued',
    ]);
  });

  it('refuses when its profile was removed, renamed or leads elsewhere', async () => {
    const changes: Profile[][] = [
      [clinic],
      [clinic, { ...hospital, name: 'Old hospital' }],
      [clinic, { ...hospital, orthancUrl: clinic.orthancUrl }],
    ];
    for (const all of changes) {
      const { state, sent, refused, send, click } = aScene(cut);
      await send('/in');
      Object.assign(state, { all, active: clinic });

      await click('Go On');

      assert.deepEqual(refused, ['SETTINGS_INVALID']);
      assert.equal(sent.length, 1);
    }
  });

  it('refuses when its archive is locked by now, whatever the one in use is', async () => {
    const { state, sent, refused, send, click } = aScene(cut);
    await send('/in');
    Object.assign(state, { active: clinic, locked: hospital.orthancUrl });

    await click('Go On');

    assert.deepEqual(refused, ['WRITE_LOCKED']);
    assert.equal(sent.length, 1);
  });
});

describe('sending failed files again', () => {
  const again = ['http://hospital.test:8042 /in', 'http://hospital.test:8042 /in/bad.dcm'];

  it('goes to the archive of that sending, from the list as from the notification', async () => {
    const fromList = aScene(cut);
    await fromList.send('/in');
    fromList.state.active = clinic;
    await fromList.retry();
    const fromNotification = aScene(cut);
    await fromNotification.send('/in');
    fromNotification.state.active = clinic;
    await fromNotification.click('Send Failed Again');

    assert.deepEqual(fromList.sent, again);
    assert.deepEqual(fromNotification.sent, again);
  });

  it('takes the files of its own notification, though another sending came after it', async () => {
    const { state, sent, send, click } = aScene(cut, cut);
    await send('/in');
    state.active = clinic;
    await send('/later');

    await click('Send Failed Again');

    assert.equal(sent[1], 'http://clinic.test:8042 /later');
    assert.equal(sent[2], 'http://hospital.test:8042 /in/bad.dcm');
  });

  it('refuses when the profile of that sending is gone, or its archive locked', async () => {
    const { state, sent, send, retry } = aScene(cut);
    await send('/in');

    state.locked = hospital.orthancUrl;
    await assert.rejects(retry(), { code: 'WRITE_LOCKED' });
    Object.assign(state, { all: [clinic], active: clinic, locked: undefined });
    await assert.rejects(retry(), { code: 'SETTINGS_INVALID' });

    assert.equal(sent.length, 1);
  });
});
