// From the bytes of an upload to what the index takes: Orthanc's checks and the errors it gives.
import { readPart10 } from '#core/dicom/part10.ts';
import { WorkbenchError } from '#core/errors.ts';
import type { Arriving } from '../archive/archive.ts';
import type { InstanceSummary } from '../archive/new-resource.ts';
import { OrthancError } from '../rest/errors.ts';
import { type DicomFile, readLargeFile } from './instance-reader.ts';
import { type SummaryOptions, summarize } from './summary.ts';

const HEADER_START = 132;
// ValueRepresentation of Orthanc's Enumerations: what its own reader of the meta header knows.
const metaVrs = new Set(
  'AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  ),
);

/** @throws OrthancError as Orthanc answers a file that it cannot take */
export async function summaryOf(
  arriving: Arriving,
  options: SummaryOptions,
): Promise<InstanceSummary> {
  const size = arriving.kind === 'memory' ? arriving.bytes.byteLength : arriving.size;
  if (size === 0) throw new OrthancError('badFile', 'Received an empty DICOM file');
  try {
    return summarize(await readArriving(arriving), options);
  } catch (cause) {
    if (!(cause instanceof WorkbenchError)) throw cause;
    throw new OrthancError('badFile', `Cannot parse an invalid DICOM file (size: ${size} bytes)`, {
      cause,
    });
  }
}

function readArriving(arriving: Arriving): DicomFile | Promise<DicomFile> {
  if (arriving.kind === 'file') return readLargeFile(arriving.path);
  requireMetaVr(arriving.bytes);
  return readPart10(arriving.bytes);
}

// Orthanc reads the meta header with its own parser before DCMTK sees the file, and names a VR it does not know.
function requireMetaVr(bytes: Uint8Array): void {
  const hasMark = Buffer.from(bytes.subarray(128, HEADER_START)).toString('latin1') === 'DICM';
  if (!hasMark || bytes.byteLength < HEADER_START + 8) return;
  const vr = Buffer.from(bytes.subarray(HEADER_START + 4, HEADER_START + 6)).toString('latin1');
  if (metaVrs.has(vr)) return;
  const shown = Buffer.from(bytes.subarray(HEADER_START + 4, HEADER_START + 6)).toString('utf8');
  throw new OrthancError('outOfRange', `Unsupported value representation encountered: ${shown}`);
}
