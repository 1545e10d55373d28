// A listener between two DIMSE peers: passes every byte on and notes what the caller said, as text.
import { connect, createServer, type Socket } from 'node:net';
import type { Dataset } from '#core/dicom/dataset.ts';
import { readDataset } from '#core/dicom/part10.ts';
import { text } from '#core/dicom/values.ts';
import { decodeCommand } from '#core/dimse/command.ts';

export interface DimseTap {
  readonly port: number;
  /** What callers have said since the last time this was asked. */
  said(): readonly string[];
  close(): Promise<void>;
}

const EXPLICIT = '1.2.840.10008.1.2.1';

/** The target must agree on explicit VR little endian, as Orthanc does. */
export async function tapDimse(targetPort: number): Promise<DimseTap> {
  let notes: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [caller, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    caller.once('close', () => target.destroy());
    target.once('close', () => caller.destroy());
    target.pipe(caller);
    const reader = pduReader((note) => notes.push(note));
    caller.on('data', (chunk: Buffer) => {
      reader(chunk);
      target.write(chunk);
    });
    caller.once('end', () => target.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    port: address.port,
    said: () => {
      const before = notes;
      notes = [];
      return before;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const DATA = 4;

function pduReader(note: (text: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  const pieces = { command: [] as Buffer[], data: [] as Buffer[] };
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 6 && rest.length >= 6 + rest.readUInt32BE(2)) {
      const end = 6 + rest.readUInt32BE(2);
      if (rest[0] === DATA) readValues(rest.subarray(6, end), pieces, note);
      rest = rest.subarray(end);
    }
  };
}

function readValues(
  pdu: Buffer,
  pieces: { readonly command: Buffer[]; readonly data: Buffer[] },
  note: (text: string) => void,
): void {
  for (let at = 0; at < pdu.length; at += 4 + pdu.readUInt32BE(at)) {
    const flags = pdu[at + 5] ?? 0;
    const list = (flags & 1) === 1 ? pieces.command : pieces.data;
    list.push(Buffer.from(pdu.subarray(at + 6, at + 4 + pdu.readUInt32BE(at))));
    if ((flags & 2) === 0) continue;
    const bytes = Buffer.concat(list.splice(0));
    const said =
      list === pieces.command ? JSON.stringify(decodeCommand(bytes)) : shown(readAll(bytes));
    note(said);
  }
}

function readAll(bytes: Buffer): Dataset {
  return readDataset(bytes, 0, EXPLICIT);
}

function shown(dataset: Dataset): string {
  const elements = dataset.elements.map((element) =>
    element.items
      ? `${element.tag}[${element.items.map(shown).join('; ')}]`
      : `${element.tag}=${text(dataset, element.tag) ?? element.raw.byteLength}`,
  );
  return elements.join(' ');
}
