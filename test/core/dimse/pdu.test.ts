import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { CommandField, decodeCommand, encodeCommand } from '#core/dimse/command.ts';
import { encodePdu, type Pdu } from '#core/dimse/pdu.ts';
import { PduReader } from '#core/dimse/pdu-reader.ts';
import vectors from '#fixtures/vectors/dicom/pdu.json' with { type: 'json' };

const recorded = vectors.flatMap(({ title, client, server }) => [
  { name: `${title}, DCMTK's side`, bytes: Buffer.from(client, 'hex') },
  { name: `${title}, Orthanc's side`, bytes: Buffer.from(server, 'hex') },
]);

async function readAll(chunks: readonly Buffer[]): Promise<readonly Pdu[]> {
  // The reader keeps no chunk: it gives their memory back.
  const reader = new PduReader(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), 16_384);
  const pdus: Pdu[] = [];
  for (let pdu = await reader.next(); pdu !== undefined; pdu = await reader.next()) {
    pdus.push(kept(pdu));
  }
  return pdus;
}

/** The memory of a PDU is used for the next one. */
function kept(pdu: Pdu): Pdu {
  if (pdu.kind !== 'p-data') return pdu;
  return {
    ...pdu,
    values: pdu.values.map((value) => ({ ...value, data: Buffer.from(value.data) })),
  };
}

describe('PDU codec', () => {
  for (const { name, bytes } of recorded) {
    it(`reads and writes what was on the wire: ${name}`, async () => {
      const pdus = await readAll([bytes]);

      assert.ok(pdus.length >= 3);
      assert.equal(Buffer.concat(pdus.map(encodePdu)).toString('hex'), bytes.toString('hex'));
    });
  }

  it('reads the proposal of an association', async () => {
    const [request] = await readAll([recorded[2]?.bytes ?? Buffer.alloc(0)]);

    assert.ok(request?.kind === 'associate-rq');
    assert.equal(request.callingAet, 'ME');
    assert.equal(request.calledAet, 'ORTHANC');
    assert.equal(request.maxPduBytes, 16_384);
    assert.deepEqual(
      request.contexts.map(({ abstractSyntax }) => abstractSyntax),
      ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.2'],
    );
  });

  it('does not care how the bytes are cut', async () => {
    const { bytes = Buffer.alloc(0) } = recorded[4] ?? {};
    const single = Array.from(bytes, (byte) => Buffer.of(byte));

    assert.deepEqual(await readAll(single), await readAll([bytes]));
  });

  it('gives PDUs that came together without waiting, and keeps them until the next wait', async () => {
    const { bytes = Buffer.alloc(0) } = recorded[2] ?? {};
    const all = await readAll([bytes]);
    const reader = new PduReader(Readable.from([Buffer.from(bytes)]), 16_384);

    const first = await reader.next();
    const together = [first];
    for (let pdu = reader.held(); pdu !== undefined; pdu = reader.held()) together.push(pdu);

    assert.deepEqual(together, all);
  });

  for (const [what, hex] of [
    ['an answer of a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\n').toString('hex')],
    ['an unknown type', '09000000000400000000'],
    ['a length of 4 GB', '0400fffffff00000'],
    ['a value longer than its PDU', '04000000000a000000ff0103000000000000'],
    ['an association of three bytes', '010000000003000100'],
    ['a PDU that is cut', '0400000000ff0000'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(readAll([Buffer.from(hex, 'hex')]), { code: 'DIMSE_PROTOCOL' });
    });
  }
});

describe('command codec', () => {
  const commands = recorded.map(({ name, bytes }) => ({ name, bytes }));
  for (const { name, bytes } of commands) {
    it(`reads and writes the commands that were on the wire: ${name}`, async () => {
      const values = (await readAll([bytes])).flatMap((pdu) =>
        pdu.kind === 'p-data' ? pdu.values.filter(({ isCommand }) => isCommand) : [],
      );

      assert.ok(values.length > 0);
      for (const { data } of values) {
        const command = decodeCommand(data);
        const written = Buffer.from(encodeCommand(command)).toString('hex');
        assert.equal(written, Buffer.from(data).toString('hex'));
      }
    });
  }

  it('reads the fields of a C-STORE request', async () => {
    const pdus = await readAll([recorded[2]?.bytes ?? Buffer.alloc(0)]);
    const value = pdus.flatMap((pdu) => (pdu.kind === 'p-data' ? pdu.values : []))[0];
    assert.ok(value !== undefined);

    const command = decodeCommand(value.data);

    assert.equal(command.field, CommandField.storeRequest);
    assert.equal(command.messageId, 1);
    assert.equal(command.hasDataset, true);
    assert.equal(command.sopClassUid, '1.2.840.10008.5.1.4.1.1.2');
  });
});
