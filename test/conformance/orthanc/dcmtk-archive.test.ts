// DCMTK's archive as a modality of the mock and of Debian's Orthanc: a peer of another make, which answers Korean
// names in ISO 2022 IR 149.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readPart10 } from '#core/dicom/part10.ts';
import { summarize } from '#core/dicom/summary.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { freePort } from '#test/support/real-orthanc.ts';
import { call as callUrl, sameOf, sessionsOfBoth } from './both-servers.ts';
import { type DcmtkServer, startArchive, whyMissing } from './dcmtk-servers.ts';
import { newest, type OrthancKind, type OrthancUnderTest, skipLoudly } from './servers.ts';

const sent = ['korean-ct-1.dcm', 'korean-ct-2.dcm', 'utf8-ct.dcm'].map(ownFile);

interface Session {
  readonly server: OrthancUnderTest;
  readonly archive: DcmtkServer;
  readonly study: string;
}

async function openSession({ start }: OrthancKind): Promise<Session> {
  const DicomPort = await freePort();
  const archive = await startArchive(DicomPort, sent);
  const DicomModalities = { archive: ['ARCHIVE', '127.0.0.1', archive.port] };
  const { dataset } = readPart10(await readFile(sent[0] ?? ''));
  const study = String(summarize(dataset).studyInstanceUid);
  return { server: await start({ DicomPort, DicomModalities }), archive, study };
}

async function closeSession({ server, archive }: Session): Promise<void> {
  await server.close();
  await archive.close();
}

async function call({ url }: OrthancUnderTest, path: string, body?: unknown) {
  const { status, text } = await callUrl(url, { path, body });
  return { status, text };
}

describe('The archive of DCMTK as a modality', function () {
  this.timeout(30_000);
  const sessions = sessionsOfBoth(openSession, closeSession, whyMissing);

  it('is echoed', async () => {
    const answer = await sameOf(sessions, ({ server }) =>
      call(server, '/modalities/archive/echo', {}),
    );

    assert.equal(answer.status, 200);
  });

  it('is asked for studies, whose names lose what Latin-1 lacks', async () => {
    const { dataset } = readPart10(await readFile(ownFile('utf8-ct.dcm')));
    const { studyInstanceUid: StudyInstanceUID } = summarize(dataset);
    const { text } = await sameOf(sessions, async ({ server }) => {
      const Query = { PatientName: '', StudyDescription: '', StudyInstanceUID };
      const asked = await call(server, '/modalities/archive/query', { Level: 'Study', Query });
      const { Path } = JSON.parse(asked.text);
      return call(server, `${Path}/answers?expand&simplify`);
    });

    assert.match(text, /"Kim\^Minji=\^=\^"/);
  });

  it('is an error when it answers in more than one character set', async () => {
    const { status } = await sameOf(sessions, ({ server, study }) =>
      call(server, '/modalities/archive/query', {
        Level: 'Study',
        Query: { StudyInstanceUID: study, PatientName: '' },
      }),
    );

    assert.equal(status, 400);
  });

  it('sends by C-MOVE what it was asked for', async () => {
    const { kept } = await sameOf(sessions, async ({ server, study }) => {
      const Resources = [{ StudyInstanceUID: study }];
      const moved = await call(server, '/modalities/archive/move', { Level: 'Study', Resources });
      const kept = JSON.parse((await call(server, '/instances')).text) as string[];
      return { moved, kept: kept.sort() };
    });

    assert.equal(kept.length, 2);
  });
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
    if (session) await closeSession(session);
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
