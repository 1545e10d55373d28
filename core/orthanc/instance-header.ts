// The tags of a stored instance without its pixel data: by the reader of files, because Orthanc's own lists of tags
// leave out types and private values.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Dataset } from '../dicom/dataset.ts';
import { cutShort } from '../dicom/errors.ts';
import { type ReadAt, readHeader, readHeaderThrough } from '../dicom/header.ts';
import type { HttpResponse } from '../http.ts';
import type { OrthancClient } from './client.ts';
import { downloadTo } from './download.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}

const CHUNK_BYTES = 128 * 1024;

/**
 * Fetches no more than it takes where Orthanc obeys Range, else the whole file.
 *
 * @throws WorkbenchError `ORTHANC_NOT_FOUND`, `DICOM_*`
 */
export async function instanceHeader(
  orthanc: Pick<OrthancClient, 'read' | 'filePart'>,
  id: string,
  cancel: Cancel = {},
): Promise<Dataset> {
  const { FileSize: size = 0 } = await orthanc.read('instances', id, cancel);
  const wanted = { start: 0, end: Math.max(0, Math.min(size, CHUNK_BYTES) - 1) };
  const first = await orthanc.filePart(id, wanted, cancel);
  if (first.status !== 206) return wholeHeader(first);
  let chunk = { start: 0, bytes: await first.bytes() };
  const read: ReadAt = async (position, length) => {
    const isThere = position >= chunk.start;
    if (!isThere || position + length > chunk.start + chunk.bytes.byteLength) {
      const end = Math.min(size, position + Math.max(length, CHUNK_BYTES)) - 1;
      const part = await orthanc.filePart(id, { start: position, end }, cancel);
      chunk = { start: position, bytes: await part.bytes() };
    }
    const from = position - chunk.start;
    const bytes = chunk.bytes.subarray(from, from + length);
    if (bytes.byteLength < length) throw cutShort(position + bytes.byteLength);
    return bytes;
  };
  return (await readHeaderThrough(read, size)).dataset;
}

/** By way of the disk: an instance may be larger than the memory. */
async function wholeHeader(answer: HttpResponse): Promise<Dataset> {
  const folder = await mkdtemp(path.join(tmpdir(), 'openemr-workbench-'));
  try {
    const file = path.join(folder, 'instance.dcm');
    await downloadTo(file, answer, 'file');
    return (await readHeader(file)).dataset;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
