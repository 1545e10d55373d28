import assert from 'node:assert/strict';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Router } from 'express';
import type { RunningSuite } from '#mock-servers/kernel/suite.ts';
import { listen } from '#test/support/listen.ts';
import { aMaker, aMock, aSuite } from '#test/support/mock-suite.ts';

/** Names and values as they go over the wire, in their order. */
function rawHeaders(url: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.rawHeaders));
    })
      .once('error', reject)
      .end();
  });
}

describe('createApp', () => {
  let running: RunningSuite;
  afterEach(() => running.stop());

  it('adds nothing to an emulated answer but the journal id', async () => {
    running = await aSuite().start();
    const bare = await listen(aMock('openemr').handler as never);

    const [mocked, plain] = [
      await rawHeaders(`${running.urls.openemr}/text`),
      await rawHeaders(`${bare.url}/text`),
    ];
    await bare.close();

    const names = (headers: string[]): string[] => headers.filter((_header, at) => at % 2 === 0);
    assert.deepEqual(
      names(mocked).filter((name) => name !== 'x-mock-journal-id'),
      names(plain),
    );
    assert.equal(names(mocked).includes('x-mock-journal-id'), true);
  });

  it('adds nothing at all with the journal header switched off', async () => {
    running = await aSuite({ journalHeader: false }).start();

    assert.equal(
      (await fetch(`${running.urls.openemr}/text`)).headers.has('x-mock-journal-id'),
      false,
    );
  });

  it('hosts a bare router as well as an application', async () => {
    const router = Router().get('/hello', (_request, response) => void response.json('hello'));
    running = await aSuite({ makers: { openemr: aMaker('openemr', { handler: router }) } }).start();

    const response = await fetch(`${running.urls.openemr}/hello`);

    assert.equal(await response.json(), 'hello');
    assert.equal(response.headers.has('x-powered-by'), false);
    assert.equal((await fetch(`${running.urls.openemr}/other`)).status, 404);
  });

  it('runs a plain function on the bare objects of node:http', async () => {
    const handler = ((_request: IncomingMessage, response: ServerResponse) =>
      response.end(String('json' in response))) as never;
    running = await aSuite({ makers: { openemr: aMaker('openemr', { handler }) } }).start();

    assert.equal(await (await fetch(`${running.urls.openemr}/`)).text(), 'false');
  });

  it('answers 500 without a body when a mock throws', async () => {
    const handler = (() => {
      throw new TypeError('a bug');
    }) as never;
    running = await aSuite({ makers: { openemr: aMaker('openemr', { handler }) } }).start();

    const response = await fetch(`${running.urls.openemr}/`);

    assert.equal(response.status, 500);
    assert.equal(await response.text(), '');
  });

  it('writes method, path, status and the header id into the journal', async () => {
    running = await aSuite().start();
    const response = await fetch(`${running.urls.openemr}/count?name=Hong`, { method: 'POST' });
    await response.text();

    const id = response.headers.get('x-mock-journal-id');
    const entry = await (await fetch(`${running.urls.fhir}/../__admin/journal/${id}`)).json();

    const { server, method, path, query, status } = entry as Record<string, unknown>;
    assert.deepEqual(
      { server, method, path, query, status },
      { server: 'openemr', method: 'POST', path: '/count', query: ['name'], status: 200 },
    );
  });

  it('takes a path that only begins like the control plane as emulated', async () => {
    running = await aSuite().start();

    const response = await fetch(`${running.urls.openemr}/__administrator`);

    assert.equal(response.headers.has('x-mock-journal-id'), true);
    assert.equal(response.status, 404);
  });
});
