// Attachments and metadata with their ETags, compressed and not: the same answers from the mock and from
// Debian's Orthanc. Only the compressed bytes may differ: another zlib packs them a little otherwise.
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type OrthancUnderTest, pairs, skipLoudly } from './servers.ts';

const [file = new Uint8Array()] = seedDicomFiles();

type Call = readonly [
  method: string,
  path: string,
  body?: string | undefined,
  headers?: Readonly<Record<string, string>>,
];

const reads =
  '/is-compressed /size /compressed-size /md5 /compressed-md5 /info /data /compressed-data'.split(
    ' ',
  );
const round = (path: string): readonly Call[] => [
  ['GET', path],
  ...reads.map((read): Call => ['GET', path + read]),
  ['POST', `${path}/verify-md5`],
];
/** Of `first` and `second`, under revision 0. */
const first = '"0-8b04d5e3775d298e78455efc5ca404d5"';
const second = '"0-a9f0e61a137d86aa9db53465e0801612"';
const noTags = ['"0-xx"', 'abc', '*', '"1-2-3"', ''];

function revisionCalls(path: string, get: string): readonly Call[] {
  return [
    ['PUT', path, 'first', { 'If-Match': '"5-xx"' }],
    ['GET', get],
    ['PUT', path, 'second'],
    ...[first, second, second.slice(1, -1), ...noTags].map(
      (tag): Call => ['GET', get, undefined, { 'If-None-Match': tag }],
    ),
    ...[first, ...noTags].flatMap((tag): Call[] => [
      ['PUT', path, 'third', { 'If-Match': tag }],
      ['DELETE', path, undefined, { 'If-Match': tag }],
    ]),
    ['PUT', path, 'first', { 'If-Match': second }],
    ['DELETE', path, undefined, { 'If-Match': first }],
    ['GET', get],
    ['DELETE', path],
  ];
}

const dicom = '/instances/{instance}/attachments/dicom';
const own = '/studies/{study}/attachments/1025';
const calls: readonly Call[] = [
  ...round(dicom),
  ['POST', `${dicom}/compress`],
  ...round(dicom),
  ['GET', '/instances/{instance}/file'],
  ['GET', '/instances/{instance}/simplified-tags'],
  ['GET', '/instances/{instance}'],
  ['GET', '/instances/{instance}/statistics'],
  ['GET', '/statistics'],
  ['POST', `${dicom}/compress`],
  ['POST', `${dicom}/uncompress`],
  ['POST', `${dicom}/uncompress`],
  ...round(dicom),
  ['GET', '/instances/{instance}/attachments?full'],
  ...['nope', '1025'].flatMap((name): Call[] => [
    ['POST', `/instances/{instance}/attachments/${name}/compress`],
    ['POST', `/instances/{instance}/attachments/${name}/verify-md5`],
  ]),
  ['POST', '/instances/nope/attachments/dicom/compress'],
  ['POST', '/instances/nope/attachments/dicom/verify-md5'],
  ['PUT', own, 'hello hello hello hello hello hello'],
  ...round(own),
  ['POST', `${own}/compress`],
  ...round(own),
  ['PUT', own, 'hello'],
  ...round(own),
  ['DELETE', own],
  ['DELETE', own],
  ...['70000', '1023', 'foo', 'dicom'].map(
    (name): Call => ['PUT', `/studies/{study}/attachments/${name}`, 'x'],
  ),
  ['PUT', own, ''],
  ['POST', `${own}/compress`],
  ...round(own),
  ...revisionCalls('/studies/{study}/attachments/1024', '/studies/{study}/attachments/1024/data'),
  ...revisionCalls('/studies/{study}/metadata/1024', '/studies/{study}/metadata/1024'),
];

const metadataNames =
  'ModifiedFrom CalledAET HttpHost ExpectedNumberOfInstances MainDicomTagsSignature PixelDataVR 5 14 2000 70000 foo';
const metadataCalls = metadataNames.split(' ').flatMap((name): Call[] => {
  const path = `/instances/{instance}/metadata/${name}`;
  return [
    ['GET', path],
    ['DELETE', path],
    ['PUT', path, 'x'],
  ];
});

for (const { version, real, mock } of pairs) {
  describe(`Attachments of ${version}`, function () {
    this.timeout(30_000);
    const servers: (OrthancUnderTest & { readonly ids: ReadonlyMap<string, string> })[] = [];
    before(async function () {
      const reason = real.missing();
      if (reason !== undefined) skipLoudly(this, reason);
      for (const { start } of [real, mock]) {
        const server = await start();
        const body = Buffer.from(file);
        const stored = await fetch(`${server.url}/instances`, { method: 'POST', body });
        const { ID, ParentStudy } = (await stored.json()) as Record<string, string>;
        const ids = new Map([
          ['{instance}', ID ?? ''],
          ['{study}', ParentStudy ?? ''],
        ]);
        servers.push({ ...server, ids });
      }
    });
    after(() => Promise.all(servers.map((server) => server.close())));

    for (const call of [...calls, ...metadataCalls]) {
      const [method, path, body = '', headers = {}] = call;
      it(`are the same on both: ${method} ${path} ${body} ${JSON.stringify(headers)}`, async () => {
        const [fromReal, fromMock] = await Promise.all(
          servers.map(({ url, ids }) => observed(call, url, ids)),
        );

        assert.deepEqual(fromMock, fromReal);
      });
    }
  });
}

async function observed(
  [method, path, body, headers]: Call,
  url: string,
  ids: ReadonlyMap<string, string>,
) {
  const [id = ''] = /\{\w+\}/.exec(path) ?? [];
  const answer = await fetch(url + path.replace(id, ids.get(id) ?? ''), {
    method,
    headers: { 'Accept-Encoding': 'identity', ...headers },
    ...(body !== undefined && { body }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const kept = ['content-type', 'etag', 'content-disposition'].map((name) =>
    masked(answer.headers.get(name) ?? ''),
  );
  const isPacked = path.endsWith('/compressed-data') && unpacked(bytes) !== undefined;
  const shown = isPacked ? unpacked(bytes) : masked(bytes.toString('latin1'));
  const isPackedText = /compressed-(size|md5)$/.test(path) || /statistics$/.test(path);
  return [answer.status, ...kept, isPackedText ? shown?.replace(/[\da-f]+/g, 'N') : shown];
}

/** What Orthanc's ZlibWithSize holds: 8 bytes of size, then a zlib stream. */
function unpacked(bytes: Buffer): string | undefined {
  if (bytes.length < 8) return undefined;
  try {
    const whole = inflateSync(bytes.subarray(8));
    return BigInt(whole.length) === bytes.readBigUInt64LE() ? whole.toString('latin1') : undefined;
  } catch {
    // Not packed at all.
    return undefined;
  }
}

function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/("CompressedMD5" : )"\w+"/, '$1"SUM"')
    .replace(/("CompressedSize" : )\d+/, '$1SIZE');
}
