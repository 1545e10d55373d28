// Files of all kinds through the mock and Debian's Orthanc: the same ids, tags, pictures, and the bytes untouched.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPng } from '#mock-servers/orthanc/dicom/png-content.ts';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type RunningMock, runMock } from '#test/mock-servers/orthanc/running-mock.ts';
import {
  missingRealOrthanc,
  type RealOrthanc,
  startRealOrthanc,
} from '#test/support/real-orthanc.ts';
import { loadScenario } from './scenario.ts';

/** A larger collection beside the repository, where there is one. */
const collection = fileURLToPath(new URL('../../../../shared/data/dicom/', import.meta.url));

/** Damaged JPEG 2000 of 1.2.840.10008.1.2.4.91: Orthanc's OpenJPEG gives up, the mock's shows what is there. */
const pictureless = new Set(['JPEG2000.dcm']);

const texts = [
  'tags',
  'simplified-tags',
  'tags?short',
  'header',
  'frames',
  'content',
  'module',
  'attachments/dicom/md5',
  'attachments/dicom/size',
  'patient',
  'study',
  'series',
];
const pictures = ['preview', 'rendered', 'image-uint8', 'image-uint16'];
const forms = ['application/dicom+json', 'application/dicom+xml'];

describe('DICOM files through the mock and the real Orthanc 1.10.1', () => {
  let mock: RunningMock;
  let real: RealOrthanc;

  before(async function () {
    this.timeout(30_000);
    const reason = missingRealOrthanc();
    if (reason !== undefined) {
      console.warn(`SKIPPED orthanc-rest files: ${reason}`);
      this.skip();
    }
    [mock, real] = await Promise.all([runMock({ version: '1.10.1' }), startRealOrthanc()]);
  });

  after(async () => {
    await Promise.all([mock?.close(), real?.close()]);
  });

  it('are answered alike', async function () {
    this.timeout(300_000);
    const found: string[] = [];
    for (const [name, bytes] of allFiles()) {
      found.push(...(await differencesOf(name, bytes, [real.url, mock.url])));
    }
    assert.deepEqual(found, []);
  });
});

function allFiles(): [string, Uint8Array][] {
  const seeds = [...seedDicomFiles()].map((file, index) => [`seed ${index}`, file] as const);
  const recorded = Object.entries(loadScenario().files).filter(([name]) => name.endsWith('.dcm'));
  const more = existsSync(collection) ? readdirSync(collection) : [];
  if (more.length === 0) console.warn(`orthanc-rest files: no collection in ${collection}`);
  const read = more.map((name) => [name, readFileSync(collection + name)] as const);
  return [...seeds, ...recorded, ...read].map(([name, file]) => [basename(name), file]);
}

type Urls = readonly [string, string];

async function differencesOf(name: string, bytes: Uint8Array, urls: Urls): Promise<string[]> {
  const found: string[] = [];
  const check = (what: string, [left, right]: readonly [unknown, unknown]) => {
    try {
      assert.deepEqual(right, left);
    } catch (error) {
      found.push(`${name} ${what}: ${String(error).slice(0, 400)}`);
    }
  };
  const stored = await both(urls, async (url) => {
    const init = { method: 'POST', body: Buffer.from(bytes) };
    return textOf(await fetch(`${url}/instances`, init));
  });
  check('upload', stored);
  const { ID } = JSON.parse(stored[0].body) as { ID?: string };
  if (ID === undefined || found.length > 0) return found;
  const get = (url: string, path: string, accept = '*/*') =>
    fetch(`${url}/instances/${ID}/${path}`, { headers: { accept } });
  for (const path of texts) {
    check(path, await both(urls, async (url) => textOf(await get(url, path))));
  }
  for (const form of forms) {
    check(form, await both(urls, async (url) => textOf(await get(url, 'file', form))));
  }
  check('file', await both(urls, async (url) => bytesOf(await get(url, 'file'))));
  check('raw frame', await both(urls, async (url) => bytesOf(await get(url, 'frames/0/raw'))));
  for (const path of pictureless.has(name) ? [] : pictures) {
    check(path, await both(urls, async (url) => pixelsOf(await get(url, path))));
  }
  return found;
}

async function both<Value>(urls: Urls, ask: (url: string) => Promise<Value>) {
  return Promise.all([ask(urls[0]), ask(urls[1])]);
}

async function textOf(answer: Response) {
  const body = (await answer.text())
    .replaceAll(/\d{8}T\d{6}/g, '<time>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>');
  return { status: answer.status, type: answer.headers.get('content-type'), body };
}

async function bytesOf(answer: Response) {
  if (!answer.ok) return { status: answer.status };
  return {
    status: answer.status,
    bytes: Buffer.from(await answer.arrayBuffer()).toString('base64'),
  };
}

/** Compressors differ; the pixels must not. */
async function pixelsOf(answer: Response) {
  if (!answer.ok) return { status: answer.status };
  const image = readPng(Buffer.from(await answer.arrayBuffer()));
  const pixels = image && Buffer.from(image.samples).toString('base64');
  return { width: image?.width, height: image?.height, pixels };
}
