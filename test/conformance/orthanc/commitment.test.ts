// Storage commitment between two servers: the mock asks and is asked by a real Orthanc, and by another mock, as
// Debian's Orthanc does. Compared are the answers, the reports, and the words of both associations.
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import type { Manner } from '#test/support/dimse-peer.ts';
import { type DimseTap, tapDimse } from '#test/support/dimse-tap.ts';
import { freePort } from '#test/support/real-orthanc.ts';
import { call, mock, peerOfSuite, real, sameOf, sessionsOfBoth, upload } from './both-servers.ts';
import type { OrthancKind, OrthancUnderTest } from './servers.ts';

const files = [...seedDicomFiles()];
const ct = '1.2.840.10008.5.1.4.1.1.2';
const first = '2.25.207216461317453911634236547294105117263.1.1.1.1';
const second = '2.25.207216461317453911634236547294105117263.1.1.1.2';

interface Session {
  readonly server: OrthancUnderTest;
  readonly peer: OrthancUnderTest;
  /** In front of each, by who is called. */
  readonly taps: { readonly server: DimseTap; readonly peer: DimseTap };
}

const DicomInstances = [
  { SOPClassUID: ct, SOPInstanceUID: '1.2.3' },
  ['1.2.840.10008.5.1.4.1.1.4', first],
  [ct, first],
];
/** Complete ones and others; `{study}` is here with two instances, of which the peer has one. */
const questions: readonly unknown[] = [
  { Resources: ['{study}'] },
  { DicomInstances },
  { DicomInstances: [] },
  { Resources: ['{instance}'], DicomInstances: [[ct, first]] },
];
const refused: readonly unknown[] = [
  {},
  'no json',
  [],
  ...['x', [5], ['nope'], {}].map((Resources) => ({ Resources })),
  ...['x', [['1']], [[1, 2]], [{ SOPClassUID: '1' }], ['x']].map((list) => ({
    DicomInstances: list,
  })),
];

async function openSession(kind: OrthancKind, peerKind: OrthancKind): Promise<Session> {
  const [serverPort, peerPort] = await Promise.all([freePort(), freePort()]);
  const [serverTap, peerTap] = await Promise.all([tapDimse(serverPort), tapDimse(peerPort)]);
  const peer = await peerKind.start({
    DicomAet: 'PEERB',
    DicomPort: peerPort,
    DicomModalities: { other: ['ORTHANC', '127.0.0.1', serverTap.port] },
  });
  const server = await kind.start({
    DicomPort: serverPort,
    DicomModalities: { other: ['PEERB', '127.0.0.1', peerTap.port] },
  });
  await upload(server.url, files[0]);
  await upload(server.url, files[1]);
  await upload(peer.url, files[0]);
  return { server, peer, taps: { server: serverTap, peer: peerTap } };
}

async function send({ url }: OrthancUnderTest, path: string, body?: unknown) {
  const { status, text } = await call(url, { path, body });
  return { status, text };
}

async function withIds(question: unknown, server: OrthancUnderTest): Promise<unknown> {
  const [study] = JSON.parse((await send(server, '/studies')).text) as string[];
  const found = await send(server, '/tools/lookup', first);
  const [instance] = JSON.parse(found.text) as { ID: string }[];
  return JSON.parse(
    JSON.stringify(question)
      .replace('{study}', study ?? '')
      .replace('{instance}', instance?.ID ?? ''),
  );
}

/** Asks, waits for the report, and gives all that was said. */
async function asked(question: unknown, from: OrthancUnderTest, taps: readonly DimseTap[]) {
  const body = await withIds(question, from);
  const answer = await send(from, '/modalities/other/storage-commitment', body);
  const { Path } = JSON.parse(answer.text) as { Path: string };
  const report = await reported(from, Path);
  const removal = await send(from, `${Path}/remove`, '');
  const left = await send(from, '/instances');
  const said = taps.map((tap) => tap.said().join('\n'));
  return [answer, report, removal, ...said]
    .map((each) => masked(typeof each === 'string' ? each : `${each.status} ${each.text}`))
    .concat(String((JSON.parse(left.text) as string[]).length));
}

async function reported(from: OrthancUnderTest, path: string) {
  for (const endAt = Date.now() + 20_000; Date.now() < endAt; ) {
    const report = await send(from, path);
    if (!report.text.includes('"Pending"')) return report;
  }
  throw new Error(`No report at ${path}`);
}

function masked(text: string): string {
  return text.replace(/2\.25\.\d{36,39}(?![\d.])/g, 'TRANSACTION');
}

for (const peerKind of [real, mock]) {
  describe(`Storage commitment with the ${peerKind.name}`, function () {
    this.timeout(30_000);
    const sessions = sessionsOfBoth(
      (kind) => openSession(kind, peerKind),
      async ({ server, peer, taps }) => {
        await server.close();
        await peer.close();
        await Promise.all([taps.server.close(), taps.peer.close()]);
      },
    );

    for (const question of questions) {
      it(`is asked for and reported alike: ${JSON.stringify(question)}`, async () => {
        await sameOf(sessions, ({ server, taps }) =>
          asked(question, server, [taps.peer, taps.server]),
        );
      });
    }

    it('is answered alike to one that asks', async () => {
      const instances = [[ct, second], ['1.2', second], ...DicomInstances];

      await sameOf(sessions, ({ peer, taps }) =>
        asked({ DicomInstances: instances }, peer, [taps.server, taps.peer]),
      );
    });

    it('follows a C-STORE that asks for it', async () => {
      await sameOf(sessions, async ({ server }) => {
        await upload(server.url, files[0]);
        const found = await send(server, '/tools/lookup', first);
        const Resources = (JSON.parse(found.text) as { ID: string }[]).map(({ ID }) => ID);
        const body = { Resources, StorageCommitment: true };
        const stored = await send(server, '/modalities/other/store', body);
        const uid = JSON.parse(stored.text)['StorageCommitmentTransactionUID'];
        const report = await reported(server, `/storage-commitment/${uid}`);
        return [stored, report].map(({ status, text }) => masked(`${status} ${text}`));
      });
    });

    for (const body of refused) {
      it(`is refused alike: ${JSON.stringify(body)}`, async () => {
        await sameOf(sessions, ({ server }) =>
          send(server, '/modalities/other/storage-commitment', body),
        );
      });
    }
  });
}

describe('Storage commitment that fails', function () {
  this.timeout(30_000);
  const manners: readonly (readonly [Manner, number])[] = [
    ['answers', 0xc000],
    ['answers', 0x0112],
    ['rejects', 0],
    ['refuses', 0],
    ['aborts', 0],
    ['is silent', 0],
  ];
  const peer = peerOfSuite();
  const servers = sessionsOfBoth(
    (kind) => kind.start({ DicomModalities: { other: ['FAKE', '127.0.0.1', peer().port] } }),
    (server) => server.close(),
  );

  for (const [manner, status] of manners) {
    it(`is told of alike, by a peer that ${manner} with ${status.toString(16)}`, async () => {
      Object.assign(peer(), { manner, statuses: [status] });

      await sameOf(servers, (server) =>
        send(server, '/modalities/other/storage-commitment', {
          DicomInstances: [[ct, first]],
          Timeout: 1,
        }),
      );
    });
  }
});
