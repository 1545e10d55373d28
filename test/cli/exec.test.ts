import assert from 'node:assert/strict';
import { exec } from '#cli/commands/exec.ts';
import { aTerminal } from '#test/support/terminal.ts';

const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap');

describe('exec', () => {
  const before = process.env['TMPDIR'];
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });

  it('leaves no server behind when it gets no temporary folder', async () => {
    process.env['TMPDIR'] = '/no/such/folder';
    const running = servers();

    const flags = { journalHeader: true, empty: true };
    await assert.rejects(exec(['true'], flags, aTerminal().terminal), { code: 'ENOENT' });

    assert.deepEqual(servers(), running);
  });
});
