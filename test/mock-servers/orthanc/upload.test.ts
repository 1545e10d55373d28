import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const files = [...seedDicomFiles()];
const first = files[0] ?? Buffer.alloc(0);
const second = files[1] ?? Buffer.alloc(0);

describe('POST /instances', () => {
  let orthanc: RunningMock;
  beforeEach(async () => {
    orthanc = await runMock();
  });
  afterEach(() => orthanc.close());

  it('answers a new file and then a known one as Orthanc does', async () => {
    const created = await orthanc.post('/instances', first);
    const again = await orthanc.post('/instances', first);

    assert.equal(created.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.match(
      await created.text(),
      /^\{\n {3}"ID" : "[0-9a-f-]{44}",[\s\S]*"Status" : "Success"\n\}$/,
    );
    assert.match(await again.text(), /"Status" : "AlreadyStored"/);
  });

  it('gives the file back bit for bit', async () => {
    const { ID } = (await (await orthanc.post('/instances', first)).json()) as { ID: string };

    const answer = await orthanc.get(`/instances/${ID}/file`);

    assert.equal(answer.headers.get('content-disposition'), `filename="${ID}.dcm"`);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from(first));
  });

  it('unpacks a gzip body only when it says so', async () => {
    const said = await orthanc.post('/instances', gzipSync(first), { 'content-encoding': 'gzip' });
    const unsaid = await orthanc.post('/instances', gzipSync(second));

    assert.equal(said.status, 200);
    assert.equal(unsaid.status, 400);
  });

  it('answers a ZIP with a list and skips what is not DICOM', async () => {
    const zip = zipSync({ 'a.dcm': first, 'notes.txt': Buffer.from('none'), 'b.dcm': second });

    const answer = await orthanc.post('/instances', zip);

    const stored = (await answer.json()) as { Status: string }[];
    assert.deepEqual(
      stored.map(({ Status }) => Status),
      ['Success', 'Success'],
    );
  });

  it('stores the files of a form and answers nothing', async () => {
    const form = new FormData();
    form.append('file', new Blob([Buffer.from(first)]), 'a.dcm');
    form.append('file', new Blob([Buffer.from(second)]), 'b.dcm');

    const answer = await fetch(`${orthanc.url}/instances`, { method: 'POST', body: form });

    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), '');
    assert.equal(((await orthanc.json('/instances')) as string[]).length, 2);
  });

  it('keeps a large file on disk while it arrives', async () => {
    const large = Buffer.concat([largeHeader(), Buffer.alloc(6_000_000, 7)]);

    const answer = await orthanc.post('/instances', large);

    const { ID } = (await answer.json()) as { ID: string };
    const back = Buffer.from(await (await orthanc.get(`/instances/${ID}/file`)).arrayBuffer());
    assert.ok(back.equals(large));
    const tags = (await orthanc.json(`/instances/${ID}/simplified-tags`)) as Record<
      string,
      unknown
    >;
    assert.equal(tags['PatientName'], 'Hong^Gildong=洪^吉童=홍^길동');
    assert.equal(tags['PixelData'], null);
  });

  for (const [what, body, details] of [
    ['an empty body', '', 'Received an empty DICOM file'],
    ['a text', 'hello', 'Cannot parse an invalid DICOM file (size: 5 bytes)'],
    [
      'a file cut short',
      first.subarray(0, 2000),
      'Cannot parse an invalid DICOM file (size: 2000 bytes)',
    ],
  ] as const) {
    it(`refuses ${what} with Orthanc's words`, async () => {
      const answer = await orthanc.post('/instances', body);

      const error = JSON.parse(await answer.text()) as Record<string, unknown>;
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.get('content-type'), 'text/plain');
      assert.equal(error['Details'], details);
      assert.equal(error['OrthancStatus'], 15);
    });
  }

  /** The first seeded file with its pixel data declared as 6,000,000 bytes and left out. */
  function largeHeader(): Buffer {
    const header = Buffer.from(first.subarray(0, first.length - 2048));
    header.writeUInt32LE(6_000_000, header.length - 4);
    return header;
  }
});

describe('DELETE', () => {
  it('tells the nearest parent that is left, then that there is nothing', async () => {
    const orthanc = await runMock();
    try {
      await orthanc.mock.reset('seed');
      const [id] = (await orthanc.json('/instances')) as string[];

      const gone = await (await orthanc.send('DELETE', `/instances/${id}`)).json();
      const again = await orthanc.send('DELETE', `/instances/${id}`);

      assert.equal(
        (gone as { RemainingAncestor: { Type: string } }).RemainingAncestor.Type,
        'Series',
      );
      assert.equal(again.status, 404);
      assert.equal(await again.text(), '');
    } finally {
      await orthanc.close();
    }
  });
});
