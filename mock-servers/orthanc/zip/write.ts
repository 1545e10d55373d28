// Writes ZIP archives member by member, so that no more than one of them is in memory. Version 2.0, deflated;
// no ZIP64: an archive of 4 GB or more is refused by the caller.
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

const deflated = promisify(deflateRaw);
const DEFLATE = 8;

export async function* zipArchive(members: Iterable<ZipMember>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name, 'utf8');
    const bytes = await member.read();
    const packed = await deflated(bytes);
    const fields = commonFields(bytes, packed.length);
    const local = Buffer.concat([mark(0x04034b50), fields, lengths(name.length), name]);
    yield local;
    yield packed;
    directory.push(centralEntry(fields, name, offset));
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  yield central;
  yield endOfDirectory(directory.length, central.length, offset);
}

function commonFields(bytes: Uint8Array, packedLength: number): Buffer {
  const fields = Buffer.alloc(22);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(DEFLATE, 4);
  // 1 January 1980: the time of a member tells nothing.
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(packedLength, 14);
  fields.writeUInt32LE(bytes.byteLength, 18);
  return fields;
}

function centralEntry(fields: Buffer, name: Buffer, offset: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([
    mark(0x02014b50),
    Buffer.alloc(2),
    fields,
    lengths(name.length),
    rest.subarray(0, 14),
    name,
  ]);
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function lengths(nameLength: number): Buffer {
  const both = Buffer.alloc(4);
  both.writeUInt16LE(nameLength, 0);
  return both;
}

function mark(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
