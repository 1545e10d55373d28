// A sender falls silent in the midst of an object, as one does that waits for an acknowledgement of TCP.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import vectors from '#fixtures/vectors/dicom/pdu.json' with { type: 'json' };
import type { ArchivePort } from '#mock-servers/orthanc/dimse/port.ts';
import { type DimseServer, startDimseServer } from '#mock-servers/orthanc/dimse/scp.ts';
import { fakeArchive } from '#test/support/archive-port.ts';

const recorded = vectors.find(({ title }) => title === 'store');
const sent = Buffer.from(recorded?.client ?? '', 'hex');
const expected = recorded?.server ?? '';
/** In the midst of the object. */
const half = sent.length - 500;
/** Type, a reserved byte, and the length of what follows. */
const acceptBytes = 6 + Buffer.from(expected, 'hex').readUInt32BE(2);

describe('DIMSE server, when a sender falls silent', () => {
  let server: DimseServer | undefined;
  let errors: unknown[] = [];
  afterEach(async () => {
    await server?.close();
    server = undefined;
    errors = [];
  });

  async function serving(changes: Partial<ArchivePort> = {}) {
    const archive = fakeArchive(changes);
    const onError = (error: unknown) => errors.push(error);
    server = await startDimseServer({ port: 0, archive, onError });
    return { archive, port: server.port };
  }

  it('begins its response to DCMTK, which then is that of Orthanc byte for byte', async () => {
    const { archive, port } = await serving();
    const client = new Client(port);
    client.send(sent.subarray(0, half));
    await client.hasGot(acceptBytes + 1);
    assert.equal(archive.received.length, 0);

    client.send(sent.subarray(half));

    assert.equal(await client.all(), expected);
    assert.equal(archive.received.length, 1);
  });

  it('sends no more than type and length before the object is stored', async () => {
    const { port } = await serving();
    const client = new Client(port);
    client.send(sent.subarray(0, half));

    for (let pause = 1; pause <= 6; pause++) {
      await client.hasGot(acceptBytes + pause);
      client.send(sent.subarray(half + pause - 1, half + pause));
    }
    client.send(sent.subarray(half + 6));

    assert.equal(await client.all(), expected);
  });

  it('still can refuse the object', async () => {
    const { port } = await serving({ store: ({ body }) => drain(body).then(() => 'refused') });
    const client = new Client(port);
    client.send(sent.subarray(0, half));
    await client.hasGot(acceptBytes + 1);

    client.send(sent.subarray(half));

    // Status (0000,0900), two bytes: A700
    const [success, refusal] = ['0000000902000000' + '0000', '0000000902000000' + '00a7'];
    assert.equal(await client.all(), expected.replace(success, refusal));
    assert.ok(expected.includes(success));
  });

  it('hangs up when the object cannot be stored for a reason of its own', async () => {
    const { port } = await serving({
      store: async ({ body }) => {
        await drain(body);
        throw new TypeError('a bug');
      },
    });
    const client = new Client(port);
    client.send(sent.subarray(0, half));
    await client.hasGot(acceptBytes + 1);

    client.send(sent.subarray(half));

    assert.equal(await client.all(), expected.slice(0, (acceptBytes + 1) * 2));
    assert.deepEqual(errors.map(String), ['TypeError: a bug']);
  });

  it('says nothing before its time to others, who may wait for all that was begun', async () => {
    const { port } = await serving();
    const [other, dcmtk] = [new Client(port), new Client(port)];
    const dcmtkRoot = '1.2.276.0.7230010.3.0.3';
    const foreign = Buffer.from(sent);
    foreign.write('9', sent.indexOf(dcmtkRoot, 'latin1') + dcmtkRoot.length - 1, 'latin1');
    other.send(foreign.subarray(0, half));
    await other.hasGot(acceptBytes);

    dcmtk.send(sent.subarray(0, half));
    await dcmtk.hasGot(acceptBytes + 1);

    assert.equal(other.received, acceptBytes);
    for (const client of [other, dcmtk]) client.send(sent.subarray(half));
    assert.equal(await other.all(), expected);
    assert.equal(await dcmtk.all(), expected);
  });
});

class Client {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  readonly #closed: Promise<unknown>;
  received = 0;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay();
    this.#socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.received += chunk.length;
    });
    this.#closed = once(this.#socket, 'close');
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Waits for so many bytes, and finds no more. */
  async hasGot(bytes: number): Promise<void> {
    while (this.received < bytes) await once(this.#socket, 'data');
    assert.equal(this.received, bytes);
  }

  /** Everything that came until the server hung up, as hex digits. */
  async all(): Promise<string> {
    await this.#closed;
    return Buffer.concat(this.#chunks).toString('hex');
  }
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _piece of body) {
    // Thrown away
  }
}
