// The DICOM files of the seed hospital, from the committed fixture. How they are made: build-dicom.ts.
import { inflateRawSync } from 'node:zlib';
import { packedStudies } from './generated/dicom.ts';

/** Complete files in order of patient, study, series and slice. */
export function* seedDicomFiles(): Generator<Uint8Array> {
  const bytes = inflateRawSync(Buffer.from(packedStudies, 'base64'));
  let at = 0;
  while (at < bytes.byteLength) {
    const start = at + 4;
    at = start + bytes.readUInt32LE(at);
    yield bytes.subarray(start, at);
  }
}
