import assert from 'node:assert/strict';
import { createControlClient } from '#core/control/client.ts';
import { controlProduct } from '#core/control/wire.ts';
import { WorkbenchError } from '#core/errors.ts';
import { fakeHttp } from '#test/support/fake-http.ts';

const health = {
  product: controlProduct,
  status: 'ready',
  pid: 1,
  startedAtMs: 0,
  urls: {},
  servers: {},
  requests: {},
  clock: {},
};
const isForeign = (error: unknown): boolean =>
  error instanceof WorkbenchError && error.code === 'NOT_A_MOCK';

describe('createControlClient', () => {
  it('finds the control plane from any address of the suite', async () => {
    const http = fakeHttp({ body: health });

    await createControlClient(http, 'http://127.0.0.1:8080/fhir').health();

    assert.equal(http.requests[0]?.url, 'http://127.0.0.1:8080/__admin/health');
  });

  it('makes sure that it speaks to a mock before it changes anything', async () => {
    const http = fakeHttp({ body: health }, { body: { reset: 'empty' } });

    await createControlClient(http, 'http://127.0.0.1:8081').reset('empty');

    assert.deepEqual(
      http.requests.map(({ method, url, body }) => [method, new URL(url).pathname, body]),
      [
        ['GET', '/__admin/health', undefined],
        ['POST', '/__admin/reset', '{"to":"empty"}'],
      ],
    );
  });

  it('stops a mock, and nothing else', async () => {
    const mock = fakeHttp({ body: health }, { status: 202, body: { stopping: true } });
    const other = fakeHttp({ status: 200, body: { Name: 'ORTHANC' } });

    await createControlClient(mock, 'http://127.0.0.1:8042').stop();

    assert.deepEqual(
      mock.requests.map(({ method, url }) => `${method} ${url}`),
      ['GET http://127.0.0.1:8042/__admin/health', 'POST http://127.0.0.1:8042/__admin/stop'],
    );
    await assert.rejects(createControlClient(other, 'http://127.0.0.1:8042').stop(), isForeign);
    assert.equal(other.requests.length, 1);
  });

  it('refuses a real server, whatever it answers, and sends nothing more', async () => {
    const answers = [
      { status: 404, body: 'Not Found' },
      { status: 200, body: '<html></html>' },
      { status: 200, body: { Name: 'ORTHANC' } },
      { status: 401, body: '' },
    ];

    for (const answer of answers) {
      const http = fakeHttp(answer);
      await assert.rejects(createControlClient(http, 'http://emr.test').reset('seed'), isForeign);
      assert.equal(http.requests.length, 1);
    }
  });

  it('passes on that nobody answers', async () => {
    const refused = new WorkbenchError('HTTP_REFUSED', { template: 'refused', args: {} });
    const http = fakeHttp(() => Promise.reject(refused));

    await assert.rejects(createControlClient(http, 'http://127.0.0.1:1').health(), refused);
  });

  it('reads journal, notes and clients', async () => {
    const entry = { id: '4', path: '/x', ms: 1 };
    const note = { key: 'oauth.client-disabled' };
    const client = { clientId: 'c', server: 'openemr' };
    const http = fakeHttp(
      { body: { entries: [entry] } },
      { body: { notes: [note] } },
      { body: { clients: [client] } },
    );
    const control = createControlClient(http, 'http://127.0.0.1:8081');

    assert.deepEqual(await control.journal({ since: '3', limit: 10 }), [entry]);
    assert.deepEqual(await control.explain('4'), [note]);
    assert.deepEqual(await control.clients(), [client]);
    assert.equal(http.requests[0]?.url, 'http://127.0.0.1:8081/__admin/journal?since=3&limit=10');
  });
});
