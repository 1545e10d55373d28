// Memory while a file of 1 GB goes through: by how much our client and the mock grow at most.
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { textElement, writePart10 } from '#core/dicom/write.ts';
import type { Benchmark } from './harness.ts';
import { memoryOf, requireProc, startBundledMocks } from './processes.ts';

const SIZE = 1024 ** 3;
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ROOT = '1.2.826.0.1.3680043.10.1511.7';
const script = fileURLToPath(new URL('orthanc-send-growth.mjs', import.meta.url));

export const benchmarks: readonly Benchmark[] = [growth('client'), growth('mock')];

function growth(side: 'client' | 'mock'): Benchmark {
  return {
    name: `memory of the ${side} while 1 GB of DICOM goes through`,
    unit: 'MB',
    goal: { atMost: 100 },
    rounds: 1,
    async prepare() {
      requireProc();
      const folder = await mkdtemp(path.join(tmpdir(), 'bench-large-'));
      let round = 0;
      return {
        async subject() {
          const mocks = await startBundledMocks('--empty');
          try {
            round += 1;
            const file = await largeFile(folder, round);
            const before = await memoryOf(mocks);
            const { stdout } = await promisify(execFile)(process.execPath, [
              script,
              String(mocks.urls.orthanc),
              file,
            ]);
            if (side === 'client') return Number(stdout);
            return Math.max(0, (await memoryOf(mocks)).peak - before.now);
          } finally {
            await mocks.stop();
          }
        },
        close: () => rm(folder, { recursive: true }),
      };
    },
  };
}

/** Zeros for pixels, which take no room on the disk. */
async function largeFile(folder: string, round: number): Promise<string> {
  const sopInstanceUid = `${ROOT}.${round}`;
  const elements = [
    textElement('SOPClassUID', CT),
    textElement('SOPInstanceUID', sopInstanceUid),
    textElement('PatientID', 'LARGE'),
    textElement('StudyInstanceUID', `${ROOT}.8`),
    textElement('SeriesInstanceUID', `${ROOT}.9`),
    { tag: '7FE00010', vr: 'OW', raw: new Uint8Array(2) },
  ].filter((element) => element !== undefined);
  const transferSyntax = '1.2.840.10008.1.2.1';
  const whole = Buffer.from(
    writePart10(elements, { transferSyntax, sopClassUid: CT, sopInstanceUid }),
  );
  const header = whole.subarray(0, whole.length - 2);
  header.writeUInt32LE(SIZE, header.length - 4);
  const file = path.join(folder, 'large.dcm');
  const handle = await open(file, 'w');
  await handle.write(header);
  await handle.truncate(header.length + SIZE);
  await handle.close();
  return file;
}
