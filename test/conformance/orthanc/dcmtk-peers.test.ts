// DCMTK's archive and its worklist server as the modalities of the mock and of Debian's Orthanc: peers of another
// make, which answer Korean names in ISO 2022 IR 149 and worklists with sequences.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readPart10 } from '#core/dicom/part10.ts';
import { summarize } from '#core/dicom/summary.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { freePort } from '#test/support/real-orthanc.ts';
import {
  newest,
  type OrthancKind,
  type OrthancUnderTest,
  orthancs,
  skipLoudly,
} from './servers.ts';

const run = promisify(execFile);
const [mock, real] = orthancs;
assert.ok(mock !== undefined && real !== undefined);
const sent = ['korean-ct-1.dcm', 'korean-ct-2.dcm', 'utf8-ct.dcm'].map(ownFile);

const worklistItem = `(0008,0005) CS [ISO_IR 192]
(0008,0050) SH [A1]
(0010,0010) PN [Hong^Gildong=洪^吉童=홍^길동]
(0010,0020) LO [P1]
(0010,0030) DA [19850615]
(0010,0040) CS [M]
(0020,000d) UI [1.2.3]
(0032,1060) LO [CT]
(0040,0100) SQ
(fffe,e000) na
(0008,0060) CS [CT]
(0040,0001) AE [AA]
(0040,0002) DA [20260101]
(0040,0003) TM [101010]
(0040,0006) PN [Doc^Tor]
(0040,0007) LO [Step]
(0040,0009) SH [SPS1]
(fffe,e00d) na
(fffe,e0dd) na
(0040,1001) SH [RP1]
`;

interface Peers {
  readonly folder: string;
  readonly archivePort: number;
  readonly worklistPort: number;
  readonly processes: readonly ChildProcess[];
}

/** An archive that sends to ORTHANC at this port, with three files, and a worklist of one entry. */
async function startPeers(orthancPort: number): Promise<Peers> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dcmtk-peers-'));
  const [archivePort, worklistPort] = await Promise.all([freePort(), freePort()]);
  await mkdir(path.join(folder, 'WORK'));
  await mkdir(path.join(folder, 'archive'));
  await writeFile(path.join(folder, 'WORK/lockfile'), '');
  await writeFile(path.join(folder, 'item.dump'), worklistItem);
  await run('dump2dcm', [path.join(folder, 'item.dump'), path.join(folder, 'WORK/item.wl')]);
  const config = `NetworkTCPPort = ${archivePort}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
orthanc = (ORTHANC, localhost, ${orthancPort})
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE ${folder}/archive RW (200, 1024mb) ANY
AETable END
`;
  await writeFile(path.join(folder, 'archive.cfg'), config);
  const quietly = { stdio: 'ignore' } as const;
  const processes = [
    spawn('dcmqrscp', ['-c', path.join(folder, 'archive.cfg')], quietly),
    spawn('wlmscpfs', ['-dfp', folder, String(worklistPort)], quietly),
  ];
  await Promise.all([archivePort, worklistPort].map(untilListening));
  await run('storescu', ['-aec', 'ARCHIVE', '127.0.0.1', String(archivePort), ...sent]);
  return { folder, archivePort, worklistPort, processes };
}

async function stopPeers({ folder, processes }: Peers): Promise<void> {
  for (const each of processes) {
    const ended = new Promise((resolve) => each.once('exit', resolve));
    each.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}

async function untilListening(port: number): Promise<void> {
  for (const endAt = Date.now() + 10_000; Date.now() < endAt; ) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(10);
  }
  throw new Error(`Nobody listens on ${port}`);
}

interface Session {
  readonly server: OrthancUnderTest;
  readonly peers: Peers;
  readonly study: string;
}

async function openSession({ start }: OrthancKind, config = {}): Promise<Session> {
  const DicomPort = await freePort();
  const peers = await startPeers(DicomPort);
  const DicomModalities = {
    archive: ['ARCHIVE', '127.0.0.1', peers.archivePort],
    work: ['WORK', '127.0.0.1', peers.worklistPort],
  };
  const { dataset } = readPart10(await readFile(sent[0] ?? ''));
  const study = String(summarize(dataset).studyInstanceUid);
  return { server: await start({ DicomPort, DicomModalities, ...config }), peers, study };
}

async function call({ url }: OrthancUnderTest, where: string, body?: unknown) {
  const answer = await fetch(url + where, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Connection: 'close' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** With what the one entry gives, if it is found. */
const worklistQueries: readonly (readonly [query: unknown, found: readonly RegExp[]])[] = [
  [
    { PatientID: '', PatientName: '', ScheduledProcedureStepSequence: [{ Modality: '' }] },
    [/"PatientID" : "P1"/, /"PatientName" : "Hong\^Gildong=/, /"Modality" : "CT"/],
  ],
  [
    { Query: { PatientID: '', AccessionNumber: '' }, Full: true },
    [/"Value" : "A1"/, /"Value" : "P1"/],
  ],
  [{ Query: { PatientID: '' }, Short: true }, [/"0010,0020" : "P1"/]],
  [{ PatientID: 'nobody' }, []],
  [{ SpecificCharacterSet: 'ISO_IR 192', PatientName: '*홍*' }, [/"Hong\^Gildong=/]],
];

function whyMissing(): string | undefined {
  const isThere = ['dcmqrscp', 'wlmscpfs'].every((name) => existsSync(`/usr/bin/${name}`));
  return isThere ? real?.missing() : 'dcmtk is not installed (apt-get install dcmtk)';
}

describe('DCMTK servers as modalities', function () {
  this.timeout(30_000);
  const sessions: Session[] = [];
  before(async function () {
    const reason = whyMissing();
    if (reason !== undefined) skipLoudly(this, reason);
    for (const kind of [real, mock]) sessions.push(await openSession(kind));
  });
  after(async () => {
    for (const { server, peers } of sessions) {
      await server.close();
      await stopPeers(peers);
    }
  });

  it('are echoed', async () => {
    for (const name of ['archive', 'work']) {
      const answers = await Promise.all(
        sessions.map(({ server }) => call(server, `/modalities/${name}/echo`, {})),
      );

      assert.deepEqual(answers, [answers[0], answers[0]]);
      assert.equal(answers[0]?.status, 200);
    }
  });

  it('are asked for studies, whose names lose what Latin-1 lacks', async () => {
    const { dataset } = readPart10(await readFile(ownFile('utf8-ct.dcm')));
    const { studyInstanceUid: StudyInstanceUID } = summarize(dataset);
    const [fromReal, fromMock] = await Promise.all(
      sessions.map(async ({ server }) => {
        const Query = { PatientName: '', StudyDescription: '', StudyInstanceUID };
        const asked = await call(server, '/modalities/archive/query', { Level: 'Study', Query });
        const { Path } = JSON.parse(asked.text);
        return call(server, `${Path}/answers?expand&simplify`);
      }),
    );

    assert.deepEqual(fromMock, fromReal);
    assert.match(fromMock?.text ?? '', /"Kim\^Minji=\^=\^"/);
  });

  it('are an error when they answer in more than one character set', async () => {
    const [fromReal, fromMock] = await Promise.all(
      sessions.map(({ server, study }) =>
        call(server, '/modalities/archive/query', {
          Level: 'Study',
          Query: { StudyInstanceUID: study, PatientName: '' },
        }),
      ),
    );

    assert.deepEqual(fromMock, fromReal);
    assert.equal(fromReal?.status, 400);
  });

  it('send by C-MOVE what they were asked for', async () => {
    const [fromReal, fromMock] = await Promise.all(
      sessions.map(async ({ server, study }) => {
        const Resources = [{ StudyInstanceUID: study }];
        const moved = await call(server, '/modalities/archive/move', { Level: 'Study', Resources });
        const kept = JSON.parse((await call(server, '/instances')).text) as string[];
        return { moved, kept: kept.sort() };
      }),
    );

    assert.deepEqual(fromMock, fromReal);
    assert.equal(fromMock?.kept.length, 2);
  });

  async function worklists(query: unknown) {
    const [fromReal, fromMock] = await Promise.all(
      sessions.map(({ server }) => call(server, '/modalities/work/find-worklist', query)),
    );
    assert.ok(fromReal && fromMock);
    assert.deepEqual(fromMock, fromReal);
    return fromMock;
  }

  for (const [query, found] of worklistQueries) {
    it(`are asked for worklists: ${JSON.stringify(query)}`, async () => {
      const { status, text } = await worklists(query);

      assert.equal(status, 200);
      assert.equal(JSON.parse(text).length, found.length === 0 ? 0 : 1);
      for (const value of found) assert.match(text, value);
    });
  }

  for (const query of [{ Foo: '' }, []]) {
    it(`are not asked for worklists: ${JSON.stringify(query)}`, async () => {
      assert.equal((await worklists(query)).status, 500);
    });
  }
});

describe('C-GET by the mock of 1.12.7', function () {
  this.timeout(30_000);
  let session: Session | undefined;
  before(async function () {
    const reason = whyMissing();
    if (reason !== undefined) skipLoudly(this, reason);
    session = await openSession(newest);
  });
  after(async () => {
    await session?.server.close();
    if (session) await stopPeers(session.peers);
  });

  it('brings the data sets of DCMTK, byte for byte, and tells the job', async () => {
    assert.ok(session);
    const { server, study } = session;
    const Resources = [{ StudyInstanceUID: study }];

    const got = await call(server, '/modalities/archive/get', { Level: 'Study', Resources });

    assert.deepEqual(JSON.parse(got.text), {
      Description: 'REST API',
      LocalAet: 'ORTHANC',
      Query: [{ '0008,0052': 'STUDY', '0020,000d': study }],
      RemoteAet: 'ARCHIVE',
    });
    const ids = JSON.parse((await call(server, '/instances')).text) as string[];
    const brought = await Promise.all(
      ids.map((id) => dataSet(`${server.url}/instances/${id}/file`)),
    );
    const originals = await Promise.all(
      sent.slice(0, 2).map(async (file) => dataOf(await readFile(file))),
    );
    assert.deepEqual(brought.sort(), originals.sort());
  });

  it('retrieves the answers of a query by the method of the body', async () => {
    assert.ok(session);
    const { server } = session;
    const asked = await call(server, '/modalities/archive/query', { Level: 'Study', Query: {} });
    const { Path } = JSON.parse(asked.text);

    const job = await call(server, `${Path}/retrieve`, {
      RetrieveMethod: 'C-GET',
      Asynchronous: true,
    });

    const { ID } = JSON.parse(job.text);
    let told = { State: 'Running', Type: '' };
    for (const endAt = Date.now() + 10_000; told.State === 'Running' && Date.now() < endAt; ) {
      await delay(10);
      told = JSON.parse((await call(server, `/jobs/${ID}`)).text);
    }
    assert.deepEqual([told.State, told.Type], ['Success', 'DicomGetScu']);
    assert.equal(JSON.parse((await call(server, '/instances')).text).length, 3);
  });
});

async function dataSet(url: string): Promise<string> {
  return dataOf(Buffer.from(await (await fetch(url)).arrayBuffer()));
}

function dataOf(file: Buffer): string {
  return file.subarray(readPart10(file).datasetOffset).toString('hex');
}
