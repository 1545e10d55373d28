// The REST calls that reach out to other DICOM servers, made of the mock and of Debian's Orthanc: the same
// answers, and the same words to the peer. The peer is once a real Orthanc and once the mock.
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import type { Manner } from '#test/support/dimse-peer.ts';
import { type DimseTap, tapDimse } from '#test/support/dimse-tap.ts';
import { freePort } from '#test/support/real-orthanc.ts';
import {
  masked as anonymous,
  call,
  mock,
  peerOfSuite,
  real,
  sameOf,
  sessionsOfBoth,
  untilDone,
  upload,
} from './both-servers.ts';
import { type NeighbourCall, neighbourCalls } from './neighbour-calls.ts';
import type { OrthancKind, OrthancUnderTest } from './servers.ts';

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
  for (const each of files) await upload(peer.url, each);
  const ids = new Map([['stored', (await upload(server.url, file))['ID'] ?? '']]);
  return { server, peer, tap, ids };
}

/** What a call brought: status, type, body, and what the peer was told. */
async function observed(sent: NeighbourCall, { server, tap, ids }: Session): Promise<string> {
  const path = withIds(sent.path, ids);
  const body =
    sent.body === 'FILE' ? file : JSON.parse(withIds(JSON.stringify(sent.body) ?? 'null', ids));
  if (path.startsWith('/jobs/')) await untilDone(server.url + path);
  tap.said();
  const answer = await call(server.url, { ...sent, path, body: body ?? undefined });
  if (sent.capture !== undefined) ids.set(sent.capture, JSON.parse(answer.text).ID);
  if (sent.capture === 'job') await untilDone(`${server.url}/jobs/${ids.get('job')}`);
  return masked([shown(answer), ...tap.said()].join('\n'));
}

function shown({ status, headers, text }: Awaited<ReturnType<typeof call>>): string {
  return `${status} ${headers.get('content-type')}\n${text}`;
}

function withIds(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{([^}]+)\}\}/g, (_whole, name: string) => ids.get(name) ?? name);
}

/** Without what a server invents: ids, times, UIDs, ports. */
function masked(text: string): string {
  return anonymous(text)
    .replace(/1\.2\.276\.0\.7230010\.3\.1\.[\d.]+/g, 'NEW-UID')
    .replace(/"Port" : \d+/g, '"Port" : PORT')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST');
}

function titleOf({ method, path, body }: NeighbourCall): string {
  return `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`.trim();
}

for (const peerKind of [real, mock]) {
  describe(`Neighbours, with the ${peerKind.name} as the peer`, function () {
    this.timeout(30_000);
    const sessions = sessionsOfBoth(
      (kind) => openSession(kind, peerKind),
      async ({ server, peer, tap }) => {
        await server.close();
        await peer.close();
        await tap.close();
      },
    );

    for (const sent of neighbourCalls(uids)) {
      it(`are spoken to alike by ${titleOf(sent)}`, async () => {
        await sameOf(sessions, (session) => observed(sent, session));
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
  const peer = peerOfSuite();
  const servers = sessionsOfBoth(
    (kind) => {
      const DicomModalities = { f: ['FAKE', '127.0.0.1', peer().port] };
      return kind.start({ DicomModalities, DicomScuTimeout: 1 });
    },
    (server) => server.close(),
  );

  for (const [manner, status] of manners) {
    it(`are told of alike: one that ${manner} with ${status.toString(16)}`, async () => {
      Object.assign(peer(), { manner, statuses: [status] });

      await sameOf(servers, async ({ url }) => {
        const { ID = '' } = await upload(url, file);
        const answers: string[] = [];
        for (const sent of manner === 'is silent' ? calls(ID).slice(1, 2) : calls(ID)) {
          answers.push(masked(`${sent.path} ${shown(await call(url, sent))}`));
        }
        return answers;
      });
    });
  }
});
