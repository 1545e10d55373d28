// The REST calls that reach out to other DICOM servers, made of the mock and of Debian's Orthanc: the same
// answers, and the same words to the peer. The peer is once a real Orthanc and once the mock.
import assert from 'node:assert/strict';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type Manner, startDimsePeer } from '#test/support/dimse-peer.ts';
import { type DimseTap, tapDimse } from '#test/support/dimse-tap.ts';
import { freePort } from '#test/support/real-orthanc.ts';
import { type NeighbourCall, neighbourCalls } from './neighbour-calls.ts';
import { type OrthancKind, type OrthancUnderTest, orthancs, skipLoudly } from './servers.ts';

const [mock, real] = orthancs;
assert.ok(mock !== undefined && real !== undefined);
/** Two series of a study, another study and another patient: each file more costs a C-MOVE of Orthanc 50 ms. */
const files = [...seedDicomFiles()].filter((_file, index) => [0, 4, 6, 9].includes(index));
const [file = new Uint8Array()] = files;

/** Of the first patient that the hospital's files have. */
const root = '2.25.207216461317453911634236547294105117263.1.1';
const uids = {
  patient: 'P-2025-000001',
  study: root,
  series: `${root}.1`,
  instance: `${root}.1.1`,
};

interface Session {
  readonly server: OrthancUnderTest;
  readonly peer: OrthancUnderTest;
  readonly tap: DimseTap;
  readonly ids: Map<string, string>;
}

async function openSession(kind: OrthancKind, peerKind: OrthancKind): Promise<Session> {
  const [DicomPort, peerPort] = await Promise.all([freePort(), freePort()]);
  const peer = await peerKind.start({
    DicomAet: 'PEERB',
    DicomPort: peerPort,
    DicomModalities: { a: ['ORTHANC', '127.0.0.1', DicomPort] },
  });
  const tap = await tapDimse(peerPort);
  const server = await kind.start({
    DicomPort,
    DicomModalities: {
      self: ['ORTHANC', '127.0.0.1', DicomPort],
      b: ['PEERB', '127.0.0.1', tap.port],
      down: ['DOWN', '127.0.0.1', 1],
    },
    OrthancPeers: { p: [peer.url], auth: [peer.url, 'u', 'p'], down: ['http://127.0.0.1:1/'] },
  });
  for (const each of files)
    await send(peer.url, { method: 'POST', path: '/instances', body: each });
  const stored = await send(server.url, { method: 'POST', path: '/instances', body: file });
  const ids = new Map([['stored', JSON.parse(stored.text).ID]]);
  return { server, peer, tap, ids };
}

async function send(url: string, { method, path, body }: NeighbourCall) {
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(url + path, {
    method,
    headers: { 'Accept-Encoding': 'identity', Connection: 'close' },
    ...(body !== undefined && {
      body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }),
  });
  const type = answer.headers.get('content-type');
  return { status: answer.status, type, text: await answer.text() };
}

/** What a call brought: status, type, body, and what the peer was told. */
async function observed(call: NeighbourCall, { server, tap, ids }: Session): Promise<string> {
  const path = withIds(call.path, ids);
  const body =
    call.body === 'FILE' ? file : JSON.parse(withIds(JSON.stringify(call.body) ?? 'null', ids));
  if (path.startsWith('/jobs/')) await untilDone(server.url + path);
  tap.said();
  const answer = await send(server.url, { ...call, path, body: body ?? undefined });
  if (call.capture !== undefined) ids.set(call.capture, JSON.parse(answer.text).ID);
  if (call.capture === 'job') await untilDone(`${server.url}/jobs/${ids.get('job')}`);
  const lines = [`${answer.status} ${answer.type}`, answer.text, ...tap.said()];
  return masked(lines.join('\n'));
}

function withIds(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{([^}]+)\}\}/g, (_whole, name: string) => ids.get(name) ?? name);
}

async function untilDone(url: string): Promise<void> {
  for (const endAt = Date.now() + 20_000; Date.now() < endAt; ) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} ${answer.status}`);
    const { State } = (await answer.json()) as { State: string };
    if (State === 'Success' || State === 'Failure') return;
  }
  throw new Error(`${url} does not end`);
}

/** Without what a server invents: ids, times, UIDs, ports. */
function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/\d{8}T\d{6}(\.\d+)?/g, 'TIME')
    .replace(/1\.2\.276\.0\.7230010\.3\.1\.[\d.]+/g, 'NEW-UID')
    .replace(/"EffectiveRuntime" : [\d.]+/g, '"EffectiveRuntime" : SECONDS')
    .replace(/"Port" : \d+/g, '"Port" : PORT')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST');
}

function titleOf({ method, path, body }: NeighbourCall): string {
  return `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`.trim();
}

for (const peerKind of [real, mock]) {
  describe(`Neighbours, with the ${peerKind.name} as the peer`, function () {
    this.timeout(30_000);
    const sessions: Session[] = [];
    before(async function () {
      const reason = real.missing();
      if (reason !== undefined) skipLoudly(this, reason);
      for (const kind of [real, mock]) sessions.push(await openSession(kind, peerKind));
    });
    after(async () => {
      for (const { server, peer, tap } of sessions) {
        await server.close();
        await peer.close();
        await tap.close();
      }
    });

    for (const call of neighbourCalls(uids)) {
      it(`are spoken to alike by ${titleOf(call)}`, async () => {
        const [fromReal, fromMock] = await Promise.all(
          sessions.map((session) => observed(call, session)),
        );

        assert.equal(fromMock, fromReal);
      });
    }
  });
}

describe('Neighbours that fail', function () {
  this.timeout(60_000);

  const calls = (stored: string): readonly NeighbourCall[] => [
    { method: 'POST', path: '/modalities/f/echo', body: { Timeout: 1 } },
    { method: 'POST', path: '/modalities/f/query', body: { Level: 'Study', Timeout: 1 } },
    { method: 'POST', path: '/modalities/f/find-study', body: { PatientID: 'abc' } },
    {
      method: 'POST',
      path: '/modalities/f/move',
      body: { Level: 'Study', Resources: [{ StudyInstanceUID: '1.2' }], Timeout: 1 },
    },
    { method: 'POST', path: '/modalities/f/store', body: { Resources: [stored], Timeout: 1 } },
    { method: 'POST', path: '/modalities/f/store-straight', body: file },
  ];
  const manners: readonly (readonly [Manner, number])[] = [
    ...[0, 0xa700, 0xa801, 0xb000, 0xc000, 0xfe00, 0x0107, 0x0110].map(
      (status) => ['answers', status] as const,
    ),
    ['rejects', 0],
    ['refuses', 0],
    ['aborts', 0],
    ['is silent', 0],
  ];
  const servers: OrthancUnderTest[] = [];
  let peer: Awaited<ReturnType<typeof startDimsePeer>> | undefined;
  before(async function () {
    const reason = real.missing();
    if (reason !== undefined) skipLoudly(this, reason);
    peer = await startDimsePeer();
    const DicomModalities = { f: ['FAKE', '127.0.0.1', peer.port] };
    for (const kind of [real, mock])
      servers.push(await kind.start({ DicomModalities, DicomScuTimeout: 1 }));
  });
  after(async () => {
    for (const server of servers) await server.close();
    await peer?.close();
  });

  for (const [manner, status] of manners) {
    it(`are told of alike: one that ${manner} with ${status.toString(16)}`, async () => {
      assert.ok(peer);
      peer.manner = manner;
      peer.status = status;

      const [fromReal, fromMock] = await Promise.all(
        servers.map(async ({ url }) => {
          const kept = await send(url, { method: 'POST', path: '/instances', body: file });
          const answers: string[] = [];
          const all = calls(JSON.parse(kept.text).ID);
          for (const call of manner === 'is silent' ? all.slice(1, 2) : all) {
            const answer = await send(url, call);
            answers.push(masked(`${call.path} ${answer.status} ${answer.type}\n${answer.text}`));
          }
          return answers;
        }),
      );

      assert.deepEqual(fromMock, fromReal);
    });
  }
});
