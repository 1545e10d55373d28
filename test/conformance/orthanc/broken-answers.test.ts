// Web servers that break off in the middle of an answer: a job says the same of them on the mock and on Debian's
// Orthanc.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import type { Listening } from '#test/support/listen.ts';
import { listenRaw } from '#test/support/raw-server.ts';
import { type OrthancUnderTest, orthancs, skipLoudly } from './servers.ts';

const [mock, real] = orthancs;
assert.ok(mock !== undefined && real !== undefined);
const [, brought = new Uint8Array()] = seedDicomFiles();

const part = Buffer.concat([
  Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'),
  brought,
  Buffer.from('\r\n'),
]);
const multipart = Buffer.concat([part, Buffer.from('--b--')]);

function head(framing: string, type = 'multipart/related; type="application/dicom"; boundary=b') {
  return Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`);
}

function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}

const chunked = head('Transfer-Encoding: chunked');
const counted = head(`Content-Length: ${multipart.length}`);
const closing = head('Connection: close');

/** What the server writes before it hangs up. */
const answers: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'a head': counted,
  'half an object': Buffer.concat([counted, multipart.subarray(0, 300)]),
  'half an object in chunks': Buffer.concat([chunked, chunk(multipart.subarray(0, 300))]),
  'half an object without a length': Buffer.concat([closing, multipart.subarray(0, 300)]),
  'an object and half of another': Buffer.concat([
    chunked,
    chunk(part),
    chunk(part.subarray(0, 300)),
  ]),
  // Orthanc gathers ten megabytes before it looks for parts.
  'an object and half of a large one': Buffer.concat([
    chunked,
    chunk(part),
    chunk(Buffer.concat([part.subarray(0, 300), Buffer.alloc(11 * 1024 * 1024)])),
  ]),
  'an object without an end': Buffer.concat([chunked, chunk(part)]),
  'all but the last chunk': Buffer.concat([
    chunked,
    chunk(multipart.subarray(0, 300)),
    chunk(multipart.subarray(300)),
  ]),
  'half of some JSON': Buffer.concat([
    head('Content-Length: 99', 'application/dicom+json'),
    Buffer.from('[{"00'),
  ]),
};

const at = '/dicom-web/servers/broken';
const retrieval = { Resources: [{ Study: '1.2' }] };
const calls: readonly (readonly [path: string, body: unknown])[] = [
  [`${at}/retrieve`, retrieval],
  [`${at}/wado`, { Uri: 'studies/1.2', Synchronous: true }],
  [`${at}/get`, { Uri: 'studies' }],
  [`${at}/qido`, { Uri: 'studies' }],
];

describe('Web servers that break off', function () {
  this.timeout(30_000);
  let answer: Buffer = Buffer.alloc(0);
  let isReset = false;
  let web: Listening;
  const servers: OrthancUnderTest[] = [];
  before(async function () {
    const reason = real.missing();
    if (reason !== undefined) skipLoudly(this, reason);
    web = await listenRaw((socket) => socket.once('data', () => breakOff(socket)));
    const config = {
      DicomWeb: { Enable: true, Servers: { broken: [`${web.url}/`] } },
    };
    for (const kind of [real, mock]) servers.push(await kind.start(config));
  });
  after(async () => {
    for (const server of servers) await server.close();
    await web?.close();
  });

  function breakOff(socket: Socket): void {
    socket.write(answer, () => (isReset ? socket.resetAndDestroy() : socket.end()));
  }

  async function observed({ url }: OrthancUnderTest): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const [path, body] of calls) {
      const got = await fetch(url + path, {
        method: 'POST',
        headers: { Connection: 'close' },
        body: JSON.stringify(body),
      });
      lines.push(`${path} ${got.status}`, await got.text());
      const kept = (await (await fetch(`${url}/instances`)).json()) as string[];
      lines.push(`${kept.length} instances`);
      for (const id of kept) await fetch(`${url}/instances/${id}`, { method: 'DELETE' });
    }
    return lines;
  }

  for (const [name, bytes] of Object.entries(answers)) {
    // A reset overtakes what the network still holds of a large answer.
    for (const manner of bytes.length > 1_000_000 ? ['ends'] : ['ends', 'resets']) {
      it(`are told of alike: one that ${manner} after ${name}`, async () => {
        answer = bytes;
        isReset = manner === 'resets';

        const [fromReal, fromMock] = await Promise.all(servers.map(observed));

        assert.deepEqual(fromMock, fromReal);
      });
    }
  }
});
