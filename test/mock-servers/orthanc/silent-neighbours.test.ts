// A neighbour that takes a call and never answers holds up who called it only: not a reset, not the end.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningSuite } from '#mock-servers/kernel/suite.ts';
import { archivePort } from '#mock-servers/orthanc/dimse/archive-port.ts';
import { createOrthancMock, type OrthancMock } from '#mock-servers/orthanc/orthanc-mock.ts';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { startDimsePeer } from '#test/support/dimse-peer.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import { listenRaw } from '#test/support/raw-server.ts';

const [file = new Uint8Array(), other = new Uint8Array()] = seedDicomFiles();
const limitMs = 1000;

interface Stage {
  readonly servers: RunningSuite;
  readonly mock: OrthancMock;
  /** Of the stored instance. */
  readonly id: string;
}

const Asynchronous = true;
const byStudy = { Level: 'Study', Resources: [{ StudyInstanceUID: '1.2' }], Asynchronous };

/** Each begins a job that has no limit of its own. */
const jobs: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  'a store to a peer': (stage) =>
    post(stage, '/peers/http/store', { Resources: [stage.id], Asynchronous }),
  'a store to a modality': (stage) =>
    post(stage, '/modalities/http/store', { Resources: [stage.id], Asynchronous }),
  'a store to a modality that has let us in': (stage) =>
    post(stage, '/modalities/dicom/store', { Resources: [stage.id], Asynchronous }),
  'a C-MOVE': (stage) => post(stage, '/modalities/dicom/move', byStudy),
  'a C-MOVE that goes on after failures': (stage) =>
    post(stage, '/modalities/dicom/move', { ...byStudy, Permissive: true }),
  'a C-GET': (stage) => post(stage, '/modalities/dicom/get', byStudy),
  'an answer to storage commitment': async ({ mock }) => {
    const object = { sopClassUid: '1.2', sopInstanceUid: '1.2.3' };
    const peer = { callingAet: 'DICOM', calledAet: 'ORTHANC', remoteIp: '127.0.0.1' };
    archivePort(mock.orthanc).checkCommitment({ transactionUid: '1.2', objects: [object] }, peer);
  },
  'a STOW-RS': (stage) =>
    post(stage, '/dicom-web/servers/http/stow', { Resources: [stage.id], Asynchronous }),
  'a WADO-RS': (stage) =>
    post(stage, '/dicom-web/servers/http/retrieve', { Resources: [{ Study: '1' }], Asynchronous }),
  'a WADO-RS whose answer stops after the first object': async (stage) => {
    await post(stage, '/dicom-web/servers/half/retrieve', {
      Resources: [{ Study: '1' }],
      Asynchronous,
    });
    while (stage.mock.stats()['instance'] !== 2) await delay(1);
  },
};

/** Each waits for its neighbour in the request itself. */
const requests: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  'an echo': (stage) => send(stage, '/modalities/dicom/echo', {}),
  'a query': (stage) => send(stage, '/modalities/dicom/query', { Level: 'Study', Query: {} }),
  'a store that is waited for': (stage) =>
    send(stage, '/modalities/dicom/store', { Resources: [stage.id] }),
  'the system of a peer': ({ servers }) => fetch(`${servers.urls.orthanc}/peers/http/system`),
  'a store straight to a peer': (stage) => send(stage, '/peers/http/store-straight', {}),
  'a GET of DICOMweb': (stage) =>
    send(stage, '/dicom-web/servers/http/get', { Uri: '/studies', Arguments: {} }),
  'a QIDO-RS': (stage) => send(stage, '/dicom-web/servers/http/qido', { Uri: '/studies' }),
  'a DELETE of DICOMweb': (stage) =>
    send(stage, '/dicom-web/servers/http/delete', { Level: 'Study', StudyInstanceUID: '1.2' }),
  'a C-MOVE of somebody else': ({ mock }) => {
    const { archive } = mock.orthanc;
    const port = archivePort(mock.orthanc);
    const [instance] = archive.resources.all('Instance');
    const objects = port.retrieve('Instance', [instance?.tags.get('00080018') ?? '']);
    const originator = { moveOriginatorAet: 'ME', moveOriginatorMessageId: 1 };
    return objects.then((all) => port.sender('DICOM')?.(all, originator, async () => {}));
  },
};

function send({ servers }: Stage, path: string, body: unknown): Promise<Response> {
  return fetch(servers.urls.orthanc + path, { method: 'POST', body: JSON.stringify(body) });
}

async function post(stage: Stage, path: string, body: unknown): Promise<void> {
  const answer = await send(stage, path, body);
  assert.equal(answer.status, 200, await answer.text());
}

const part = '--b\r\nContent-Type: application/dicom\r\n\r\n';
const halfAnswer = Buffer.concat([
  Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=b\r\n\r\n'),
  Buffer.from(part),
  other,
  Buffer.from(`\r\n${part}`),
  // Objects are taken out of 10 MB at a time.
  Buffer.alloc(11 * 1024 * 1024),
]);

/** Neighbours of each kind, and a promise that one of them has been called and hung up on. */
async function startNeighbours() {
  const called = Promise.withResolvers<void>();
  const leftAlone = Promise.withResolvers<void>();
  const keepSilent = (socket: Socket) => {
    called.resolve();
    socket.resume().once('close', leftAlone.resolve);
  };
  const http = await listenRaw((socket) => socket.once('data', () => keepSilent(socket)));
  const half = await listenRaw((socket) =>
    socket.once('data', () => {
      socket.write(halfAnswer);
      keepSilent(socket);
    }),
  );
  const dicom = await startDimsePeer();
  dicom.manner = 'is silent';
  dicom.onSilence = keepSilent;
  const config = {
    DicomScuTimeout: 0,
    OrthancPeers: { http: [`${http.url}/`] },
    DicomModalities: {
      http: ['HTTP', '127.0.0.1', Number(new URL(http.url).port)],
      dicom: ['DICOM', '127.0.0.1', dicom.port],
    },
    DicomWeb: {
      Servers: { http: { Url: `${http.url}/`, HasDelete: '1' }, half: [`${half.url}/`] },
    },
  };
  const close = () => Promise.all([http.close(), half.close(), dicom.close()]);
  return { config, called: called.promise, leftAlone: leftAlone.promise, close };
}

async function within(work: Promise<unknown>, what: string): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} takes too long`)), limitMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

describe('A neighbour that never answers', () => {
  let neighbours: Awaited<ReturnType<typeof startNeighbours>>;
  let stage: Stage;

  beforeEach(async () => {
    neighbours = await startNeighbours();
    const { config } = neighbours;
    const made = Promise.withResolvers<OrthancMock>();
    const suite = aSuite({
      makers: {
        orthanc: async (context) => {
          const mock = await createOrthancMock(context, { dimsePort: 0, config });
          made.resolve(mock);
          return mock;
        },
      },
      initial: 'empty',
    });
    const servers = await suite.start();
    const stored = await fetch(`${servers.urls.orthanc}/instances`, {
      method: 'POST',
      body: Buffer.from(file),
    });
    const { ID: id } = (await stored.json()) as { ID: string };
    stage = { servers, mock: await made.promise, id };
  });
  afterEach(async () => {
    // First, so that nothing but its own signal ends a job in the test.
    await neighbours.close();
    await stage.servers.stop();
  });

  async function beginJob(job: (stage: Stage) => Promise<unknown>): Promise<void> {
    await job(stage);
    await within(neighbours.called, 'the call');
    const states = stage.mock.orthanc.jobs.all().map(({ state }) => state);
    assert.deepEqual(states, ['Running']);
  }

  async function beginRequest(request: (stage: Stage) => Promise<unknown>): Promise<void> {
    // The end of the server may break it off before its answer
    void request(stage).catch(() => undefined);
    await within(neighbours.called, 'the call');
  }

  const beginnings = [
    ...Object.entries(jobs).map(([name, job]) => [name, () => beginJob(job)] as const),
    ...Object.entries(requests).map(([name, each]) => [name, () => beginRequest(each)] as const),
  ];
  for (const [name, begin] of beginnings) {
    it(`does not hold up a reset: ${name}`, async () => {
      await begin();
      const url = stage.servers.urls.orthanc;

      await within(fetch(`${url}/__admin/reset`, { method: 'POST' }), 'the reset');

      assert.deepEqual(await (await fetch(`${url}/jobs`)).json(), []);
      await within(neighbours.leftAlone, 'the end of the call');
    });

    it(`does not hold up the end: ${name}`, async () => {
      await begin();

      await within(stage.servers.stop(), 'the end');

      await within(neighbours.leftAlone, 'the end of the call');
    });
  }

  it('does not hold up the load of a snapshot', async () => {
    const url = `${stage.servers.urls.orthanc}/__admin/snapshots`;
    const saved = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name": "before"}',
    });
    assert.equal(saved.status, 200);
    await beginRequest((each) => send(each, '/modalities/dicom/echo', {}));

    const loaded = await fetch(`${url}/before/load`, {
      method: 'POST',
      signal: AbortSignal.timeout(limitMs),
    });

    assert.equal(loaded.status, 200);
  });

  it('is called again after a reset', async () => {
    await fetch(`${stage.servers.urls.orthanc}/__admin/reset`, { method: 'POST' });

    await beginRequest((each) => send(each, '/modalities/dicom/echo', {}));
  });
});
