import { createCipheriv, createHash } from 'node:crypto';

/** Repeatable bytes: what a run of the mock gives out depends on its seed and on nothing else. */
export interface SeededRandom {
  randomBytes(size: number): Buffer;
  /** RFC 9562 version 4. */
  newUuid(): string;
  /** In [0, 1). */
  fraction(): number;
  /** Starts the sequence anew. */
  rewind(): void;
}

const BLOCK_BYTES = 4096;

/** The key stream of AES-256-CTR under a hash of seed and stream: well mixed for any seed, and fast. */
export function createSeededRandom(seed: string, stream: string): SeededRandom {
  const key = createHash('sha256').update(`${seed}\0${stream}`).digest();
  const zeros = Buffer.alloc(BLOCK_BYTES);
  let cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  let block = Buffer.alloc(0);

  const randomBytes = (size: number): Buffer => {
    const bytes = Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      if (block.length === 0) block = cipher.update(zeros);
      const taken = Math.min(block.length, size - filled);
      block.copy(bytes, filled, 0, taken);
      block = block.subarray(taken);
      filled += taken;
    }
    return bytes;
  };
  return {
    randomBytes,
    newUuid: () => uuidFromBytes(randomBytes(16)),
    fraction: () => randomBytes(4).readUInt32BE() / 0x1_0000_0000,
    rewind() {
      cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
      block = Buffer.alloc(0);
    },
  };
}

function uuidFromBytes(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
