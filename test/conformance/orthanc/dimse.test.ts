// DCMTK's own clients against the mock and the real server: what they print must be the same, line by line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readHeader } from '#core/dicom/header.ts';
import { summarize } from '#core/dicom/summary.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { freePort } from '#test/support/real-orthanc.ts';
import { type OrthancKind, type OrthancUnderTest, orthancs, skipLoudly } from './servers.ts';

const run = promisify(execFile);
const [mock, real] = orthancs;
assert.ok(mock !== undefined && real !== undefined);

interface Uids {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly compressed: string;
}

/** Arguments of each call, without titles and address; `GET` stands for a folder of its own. */
function calls({ study, series, instance, compressed }: Uids): readonly (readonly string[])[] {
  const [one, two, utf8] = ['korean-ct-1.dcm', 'korean-ct-2.dcm', 'utf8-ct.dcm'].map(ownFile);
  const keys = (...pairs: readonly string[]) => pairs.flatMap((pair) => ['-k', pair]);
  return [
    ['echoscu'],
    ['storescu', ...[one, two, utf8].map(String)],
    ['storescu', '-xr', ownFile('rle.dcm')],
    ['storescu', ownFile('broken-no-study-uid.dcm')],
    [
      'findscu',
      '-S',
      ...keys(
        '0008,0052=STUDY',
        '0010,0020',
        '0010,0010',
        '0008,0061',
        '0020,1206',
        '0020,1208',
        '0008,1030',
        '0008,0020=20260101-20261231',
        '0020,4000',
      ),
    ],
    [
      'findscu',
      '-P',
      ...keys(
        '0008,0052=patient',
        '0010,0020=KR*',
        '0010,0010',
        '0020,1200',
        '0020,1202',
        '0020,1204',
      ),
    ],
    [
      'findscu',
      '-S',
      ...keys(
        '0008,0052=SERIES',
        `0020,000d=${study}`,
        '0020,000e',
        '0008,0060',
        '0020,1209',
        '0010,0010',
      ),
    ],
    [
      'findscu',
      '-S',
      ...keys('0008,0052=IMAGE', `0020,000d=${study}`, '0008,0018', '0020,0013', '0028,0010'),
    ],
    ['findscu', '-S', ...keys('0008,0052=INSTANCE', `0008,0018=${instance}`)],
    ['findscu', '-S', ...keys('0008,0052=STUDY', '0010,0010=NOBODY', '0010,0020')],
    [
      'findscu',
      '-S',
      ...keys('0008,0005=ISO_IR 192', '0008,0052=STUDY', '0010,0010=*홍*', '0010,0020'),
    ],
    ['findscu', '-S', ...keys('0008,0052=NOPE', '0010,0020')],
    ['findscu', '-S', ...keys('0010,0020=KR-1001')],
    ['findscu', '-W', ...keys('0010,0010')],
    ['getscu', '-S', ...keys('0008,0052=STUDY', `0020,000d=${study}`)],
    ['getscu', '-P', ...keys('0008,0052=PATIENT', '0010,0020=KR-1001')],
    ['getscu', '-S', ...keys('0008,0052=IMAGE', `0008,0018=${instance}`)],
    ['getscu', '-S', ...keys('0008,0052=STUDY', '0020,000d=1.2.3')],
    ['getscu', '-S', ...keys(`0020,000d=${study}`)],
    ['getscu', '-S', ...keys('0008,0052=STUDY', `0020,000d=${compressed}`)],
    ['movescu', '-S', ...keys('0008,0052=STUDY', `0020,000d=${study}`), '-aem', 'SELF'],
    ['movescu', '-S', ...keys('0008,0052=SERIES', `0020,000e=${series}`), '-aem', 'UNKNOWN'],
    ['movescu', '-S', ...keys('0008,0052=STUDY', '0020,000d=1.2.3'), '-aem', 'SELF'],
    ['movescu', '-S', ...keys(`0020,000d=${study}`), '-aem', 'SELF'],
    ['movescu', '-S', ...keys('0008,0052=STUDY', `0020,000d=${study}`), '-aem', 'DOWN'],
  ];
}

/** What a tool prints and its exit code, without what differs between any two servers. */
async function transcript(
  [tool = '', ...args]: readonly string[],
  { dicomPort }: OrthancUnderTest,
  folder: string,
): Promise<string> {
  const output = tool === 'getscu' ? ['-od', folder] : [];
  const files = args.filter((arg) => arg.endsWith('.dcm'));
  const options = args.filter((arg) => !files.includes(arg));
  const titles = ['-aet', 'ME', '-aec', 'ORTHANC'];
  const line = ['-v', ...options, ...output, ...titles, '127.0.0.1', String(dicomPort), ...files];
  const result = await run(tool, line, { timeout: 20_000, encoding: 'latin1' }).catch(
    (error) => error,
  );
  const lines = `${result.stdout}${result.stderr}exit ${result.code ?? 0}`.split('\n');
  return lines.filter((line) => !line.includes('already exists, overwriting')).join('\n');
}

async function kept(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => `${name} ${(await stat(path.join(folder, name))).size}`),
  );
}

/** Starts a server that knows itself as SELF and one that is switched off as DOWN. */
async function startWithModalities(kind: OrthancKind, downPort: number): Promise<OrthancUnderTest> {
  const DicomPort = await freePort();
  const DicomModalities = {
    self: ['SELF', '127.0.0.1', DicomPort],
    down: ['DOWN', '127.0.0.1', downPort],
  };
  return kind.start({ DicomPort, DicomModalities });
}

describe('DCMTK clients', function () {
  this.timeout(60_000);
  const servers: OrthancUnderTest[] = [];
  const folders: string[] = [];
  let uids: Uids;
  before(async function () {
    const reason = existsSync('/usr/bin/findscu')
      ? real.missing()
      : 'dcmtk is not installed (apt-get install dcmtk)';
    if (reason !== undefined) skipLoudly(this, reason);
    const downPort = await freePort();
    for (const kind of [mock, real]) {
      servers.push(await startWithModalities(kind, downPort));
      folders.push(await mkdtemp(path.join(tmpdir(), 'dimse-')));
    }
    const [korean, rle] = await Promise.all(['korean-ct-1.dcm', 'rle.dcm'].map(headerOf));
    assert.ok(korean !== undefined && rle !== undefined);
    uids = { ...korean, compressed: rle.study };
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  const placeholder = { study: 'STUDY', series: 'SERIES', instance: 'INSTANCE', compressed: 'RLE' };
  for (const [index, shown] of calls(placeholder).entries()) {
    const title = shown.map((part) => path.basename(part)).join(' ');
    it(`see the same on both: ${title}`, async () => {
      const call = calls(uids)[index] ?? [];

      const [fromMock, fromReal] = await Promise.all(
        servers.map((server, at) => transcript(call, server, folders[at] ?? '')),
      );

      assert.equal(fromMock, fromReal);
    });
  }

  it('receive the same files by C-GET', async () => {
    const [fromMock, fromReal] = await Promise.all(folders.map(kept));

    assert.equal(fromReal?.length, 3);
    assert.deepEqual(fromMock, fromReal);
  });
});

async function headerOf(name: string) {
  const { dataset } = await readHeader(ownFile(name));
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = summarize(dataset);
  return {
    study: String(studyInstanceUid),
    series: String(seriesInstanceUid),
    instance: String(sopInstanceUid),
  };
}
