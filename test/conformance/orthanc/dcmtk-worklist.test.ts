// DCMTK's worklist server as a modality of the mock and of Debian's Orthanc: a peer of another make, which answers
// with sequences and in UTF-8.
import assert from 'node:assert/strict';
import { call, sameOf, sessionsOfBoth } from './both-servers.ts';
import { startWorklist, whyMissing } from './dcmtk-servers.ts';
import type { OrthancKind } from './servers.ts';

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

async function openSession({ start }: OrthancKind) {
  const worklist = await startWorklist(worklistItem);
  const work = ['WORK', '127.0.0.1', worklist.port];
  return { server: await start({ DicomModalities: { work } }), worklist };
}

describe('The worklist server of DCMTK as a modality', function () {
  this.timeout(30_000);
  const sessions = sessionsOfBoth(
    openSession,
    async ({ server, worklist }) => {
      await server.close();
      await worklist.close();
    },
    whyMissing,
  );

  const asked = (path: string, body: unknown) =>
    sameOf(sessions, async ({ server }) => {
      const { status, text } = await call(server.url, { path: `/modalities/work/${path}`, body });
      return { status, text };
    });

  it('is echoed', async () => {
    assert.equal((await asked('echo', {})).status, 200);
  });

  for (const [query, found] of worklistQueries) {
    it(`is asked for worklists: ${JSON.stringify(query)}`, async () => {
      const { status, text } = await asked('find-worklist', query);

      assert.equal(status, 200);
      assert.equal(JSON.parse(text).length, found.length === 0 ? 0 : 1);
      for (const value of found) assert.match(text, value);
    });
  }

  for (const query of [{ Foo: '' }, []]) {
    it(`is not asked for worklists: ${JSON.stringify(query)}`, async () => {
      assert.equal((await asked('find-worklist', query)).status, 500);
    });
  }
});
