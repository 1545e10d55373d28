import assert from 'node:assert/strict';
import type { OrthancCommandDeps } from '#extension/commands/orthanc-commands.ts';
import { mockProfile } from '#extension/profile.ts';
import type { Transfer } from '#extension/transfers.ts';
import { window } from '#test/support/fake-vscode.ts';

const { orthancCommands } = await import('#extension/commands/orthanc-commands.ts');
const { createTransfers } = await import('#extension/transfers.ts');

function aScene() {
  const transfers = createTransfers();
  const sent: (readonly string[])[] = [];
  const bundle = {
    restSender: () => ({}),
    sendDicom: async ({ inputs }: { inputs: readonly string[] }) => {
      sent.push(inputs);
      return { rows: [], isCancelled: false };
    },
  };
  const deps = {
    tree: { refresh: () => undefined },
    profiles: { active: mockProfile() },
    servers: { orthanc: async () => ({}) },
    transfers,
    guard: { askToAllow: async () => true },
    load: () => bundle,
  } as unknown as OrthancCommandDeps;
  return { transfers, sent, retry: orthancCommands(deps)['openemrWorkbench.retryFailed'] };
}

describe('sending again what failed', () => {
  const said: string[] = [];
  before(() => {
    const say = async (words: string) => void said.push(words);
    Object.assign(window, { showWarningMessage: say, showInformationMessage: say });
  });

  it('takes the files themselves, however their rows are called, and a ZIP once', async () => {
    const { transfers, sent, retry } = aScene();
    const rows: Transfer['rows'] = [
      { name: 'images/a!b.dcm', path: '/x/images/a!b.dcm', status: 'Failed' },
      { name: 'images/a!b.dcm', path: '/y/images/a!b.dcm', status: 'Failed' },
      { name: 'images/good.dcm', path: '/y/images/good.dcm', status: 'Success' },
      { name: 'z.zip!1.dcm', path: '/z.zip', status: 'Failed' },
      { name: 'z.zip!2.dcm', path: '/z.zip', status: 'Failed' },
    ];
    transfers.set({ rows, isCancelled: false });

    await retry?.();

    assert.deepEqual(sent, [['/x/images/a!b.dcm', '/y/images/a!b.dcm', '/z.zip']]);
  });

  it('says that nothing failed', async () => {
    const { transfers, sent, retry } = aScene();
    transfers.set({ rows: [{ name: 'a', path: '/a', status: 'Success' }], isCancelled: false });

    await retry?.();

    assert.deepEqual(sent, []);
    assert.match(said.at(-1) ?? '', /Nothing failed/);
  });
});
