import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { confirm } from '#cli/confirm.ts';

function ask(typed: string | undefined, signal = new AbortController().signal) {
  const input = new PassThrough();
  const output = new PassThrough();
  if (typed !== undefined) input.end(typed);
  const answer = confirm('Delete \u001b[31mall?', { input, output, signal });
  return { answer, shown: () => String(output.read()) };
}

describe('confirm', () => {
  it('takes a yes in either language, whatever its case', async () => {
    const typed = ['y\n', 'YES\r\n', ' yes \n', '예\n', '네\n', 'ㅛ\n'];

    const answers = await Promise.all(typed.map((line) => ask(line).answer));

    assert.deepEqual(
      answers,
      typed.map(() => true),
    );
  });

  it('takes anything else for a no, also nothing at all', async () => {
    const typed = ['\n', 'n\n', 'yesterday\n', 'no, y\n', ''];

    const answers = await Promise.all(typed.map((line) => ask(line).answer));

    assert.deepEqual(
      answers,
      typed.map(() => false),
    );
  });

  it('shows the question without what a terminal would obey', async () => {
    const { answer, shown } = ask('n\n');
    await answer;

    assert.equal(shown(), 'Delete \ufffd[31mall? [y/N] ');
  });

  it('ends with the signal', async () => {
    const stopping = new AbortController();
    const { answer } = ask(undefined, stopping.signal);

    stopping.abort('SIGINT');

    await assert.rejects(answer, (reason) => reason === 'SIGINT');
  });
});
