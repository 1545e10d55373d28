// Programs that are not ours: curl sends, pydicom and DCMTK read what comes back.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const run = promisify(execFile);
const python = '/usr/bin/python3';
const [first = Buffer.alloc(0)] = seedDicomFiles();

describe('the Orthanc mock and foreign clients', function () {
  this.timeout(30_000);
  let orthanc: RunningMock;
  let folder: string;
  before(async () => {
    orthanc = await runMock({ seed: seedDicomFiles });
    await orthanc.mock.reset('seed');
    folder = await mkdtemp(join(tmpdir(), 'orthanc-foreign-'));
  });
  after(async () => {
    await orthanc.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('curl', () => {
    before(function () {
      needs(this, 'curl', '/usr/bin/curl');
    });

    for (const [how, options] of [
      ['with a length', []],
      ['in chunks', ['-H', 'Transfer-Encoding: chunked']],
      ['after 100 Continue', ['-H', 'Expect: 100-continue']],
    ] as const) {
      it(`uploads ${how}`, async () => {
        const file = join(folder, 'upload.dcm');
        await writeFile(file, first);

        const { stdout } = await run('curl', [
          '-sS',
          '--fail',
          ...options,
          '--data-binary',
          `@${file}`,
          `${orthanc.url}/instances`,
        ]);

        assert.match(stdout, /"Status" : "AlreadyStored"/);
      });
    }
  });

  describe('pydicom', () => {
    before(function () {
      needs(this, 'python3-pydicom', '/usr/lib/python3/dist-packages/pydicom');
    });

    it('reads every file, its Korean names included', async () => {
      const ids = (await orthanc.json('/instances')) as string[];
      const files = ids.map((id) => join(folder, `${id}.dcm`));
      for (const [index, id] of ids.entries()) {
        await writeFile(files[index] ?? '', await bytesOf(`/instances/${id}/file`));
      }

      const names = await pydicom(
        'for f in sys.argv[1:]: print(pydicom.dcmread(f).PatientName)',
        ...files,
      );

      assert.equal(names.split('\n').length, ids.length);
      assert.match(names, /홍\^길동/);
    });

    it('reads an anonymized instance', async () => {
      const [id = ''] = (await orthanc.json('/instances')) as string[];
      const answer = await orthanc.send('POST', `/instances/${id}/anonymize`, '{}');
      const file = join(folder, 'anonymized.dcm');
      await writeFile(file, Buffer.from(await answer.arrayBuffer()));

      const told = await pydicom(
        'd = pydicom.dcmread(sys.argv[1]); print(d.PatientIdentityRemoved, d.PatientName)',
        file,
      );

      assert.match(told, /^YES Anonymized/);
    });

    it('reads the directory of a medium and finds its files', async () => {
      const [id = ''] = (await orthanc.json('/studies')) as string[];
      const entries = unzipSync(await bytesOf(`/studies/${id}/media`));
      const file = join(folder, 'DICOMDIR');
      await writeFile(file, entries['DICOMDIR'] ?? Buffer.alloc(0));

      const told = await pydicom(
        "d = pydicom.dcmread(sys.argv[1]); print([ '/'.join(r.ReferencedFileID) for r in d.DirectoryRecordSequence if r.DirectoryRecordType == 'IMAGE'])",
        file,
      );

      const listed = [...told.matchAll(/'([^']+)'/g)].map(([, name]) => name);
      assert.deepEqual(
        listed.sort(),
        Object.keys(entries)
          .filter((name) => name !== 'DICOMDIR')
          .sort(),
      );
    });
  });

  async function bytesOf(path: string): Promise<Buffer> {
    const answer = await orthanc.get(path);
    assert.equal(answer.status, 200, path);
    return Buffer.from(await answer.arrayBuffer());
  }
});

async function pydicom(program: string, ...files: string[]): Promise<string> {
  const { stdout } = await run(python, ['-c', `import sys, pydicom\n${program}`, ...files], {
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  return stdout.trim();
}

function needs(context: Mocha.Context, what: string, path: string): void {
  if (existsSync(path)) return;
  console.warn(`SKIPPED foreign clients: ${what} is not installed`);
  context.skip();
}
