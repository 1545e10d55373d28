// Damaged files, thousands of them: each is read or refused in its own words, quickly and in little memory.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { decodeText } from '#core/dicom/charset.ts';
import { encodeText } from '#core/dicom/charset-encode.ts';
import type { Dataset } from '#core/dicom/dataset.ts';
import { toDicomJson } from '#core/dicom/json.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { summarize } from '#core/dicom/summary.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { type NewElement, writeDataset, writePart10 } from '#core/dicom/write.ts';
import { decodeCommand } from '#core/dimse/command.ts';
import { decodePdu } from '#core/dimse/pdu.ts';
import { WorkbenchError } from '#core/errors.ts';
import vectors from '#fixtures/vectors/dicom/pdu.json' with { type: 'json' };
import { allFiles } from '#test/support/dicom-files.ts';

const SEED = 20260312;
const samples = allFiles().map((file) => ({
  name: path.basename(file),
  bytes: readFileSync(file).subarray(0, 40_000),
}));
const evilLengths = [0, 1, 2, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

interface Mutation {
  readonly sample: number;
  readonly kind: 'flip' | 'cut' | 'length' | 'insert' | 'nest';
  readonly at: number;
  readonly value: number;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  sample: fc.nat(samples.length - 1),
  kind: fc.constantFrom('flip', 'cut', 'length', 'insert', 'nest'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.nat(0xffff),
});

function mutate({ sample, kind, at, value }: Mutation): Buffer {
  const source = samples[sample]?.bytes ?? Buffer.alloc(0);
  const position = Math.floor(at * source.byteLength);
  const bytes = Buffer.from(source);
  switch (kind) {
    case 'flip':
      for (let bit = 0; bit < 8 && position + bit < bytes.length; bit += 1) {
        if ((value >> bit) & 1)
          bytes[position + bit] = (bytes[position + bit] ?? 0) ^ (1 << (value % 8));
      }
      return bytes;
    case 'cut':
      return bytes.subarray(0, position);
    case 'length':
      if (position + 4 <= bytes.length) {
        bytes.writeUInt32LE(evilLengths[value % evilLengths.length] ?? 0, position);
      }
      return bytes;
    case 'insert':
      return Buffer.concat([
        bytes.subarray(0, position),
        Buffer.alloc(value % 64, value),
        bytes.subarray(position),
      ]);
    case 'nest': {
      const level = Buffer.from(
        '400000025351 0000ffffffff feff00e0ffffffff'.replaceAll(' ', ''),
        'hex',
      );
      return Buffer.concat([
        bytes.subarray(0, position),
        ...Array.from({ length: value % 400 }, () => level),
      ]);
    }
  }
}

/** Everything that shows a file: none of it may throw on what was read. */
function use({ dataset }: { readonly dataset: Dataset }): void {
  summarize(dataset);
  toDicomJson(dataset);
  writeDataset(dataset.elements, encodingOf('1.2.840.10008.1.2.1'));
  writeDataset(dataset.elements, encodingOf('1.2.840.10008.1.2.2'));
}

describe('damaged DICOM files', function () {
  this.timeout(60_000);

  it('are read or refused with a code, in 5,000 mutations', () => {
    let refused = 0;
    let slowestMs = 0;
    const before = process.memoryUsage().arrayBuffers;

    const property = fc.property(mutation, (each) => {
      const bytes = mutate(each);
      const start = performance.now();
      try {
        use(readPart10(bytes, { maxInflatedBytes: 4 * 1024 * 1024 }));
      } catch (error) {
        assert.ok(error instanceof WorkbenchError, String(error));
        assert.match(error.code, /^DICOM_/);
        refused += 1;
      }
      slowestMs = Math.max(slowestMs, performance.now() - start);
    });
    fc.assert(property, { seed: SEED, numRuns: 5_000 });

    assert.ok(refused > 500, `only ${refused} were refused`);
    assert.ok(slowestMs < 2_000, `one took ${slowestMs} ms`);
    assert.ok(process.memoryUsage().arrayBuffers - before < 512 * 1024 * 1024);
  });

  it('end every reading within the bytes they have, whatever lengths say', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
      const bytes = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), tail]);
      try {
        for (const { end } of readPart10(bytes).dataset.elements) {
          assert.ok(end <= bytes.byteLength);
        }
      } catch (error) {
        assert.ok(error instanceof WorkbenchError, String(error));
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 2_000 });
  });
});

describe('damaged PDUs', () => {
  const wire = vectors.flatMap(({ client, server }) =>
    [client, server].map((side) => Buffer.from(side, 'hex')),
  );

  it('are read or refused with a code, in 3,000 mutations', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const property = fc.property(fc.nat(wire.length - 1), changes, (index, flips) => {
      const bytes = Buffer.from(wire[index] ?? Buffer.alloc(0));
      for (const [at, value] of flips) bytes[at % Math.min(bytes.length, 600)] = value;
      try {
        readFirst(bytes);
      } catch (error) {
        assert.ok(error instanceof WorkbenchError, String(error));
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 3_000 });
  });
});

/** The first PDU, and its commands when it carries any. */
function readFirst(bytes: Buffer): void {
  const length = Math.min(bytes.readUInt32BE(2), bytes.length - 6);
  const pdu = decodePdu(bytes[0] ?? 0, bytes.subarray(6, 6 + length));
  if (pdu.kind === 'p-data') for (const { data } of pdu.values) decodeCommand(data);
}

describe('what is written and read again', () => {
  const element: fc.Arbitrary<NewElement> = fc.oneof(
    fc.record({
      tag: fc.constantFrom('00100010', '00100020', '00081030', '00080080'),
      vr: fc.constant('LO'),
      raw: fc
        .string({ unit: 'grapheme-ascii', maxLength: 40 })
        .map((text) => Buffer.from(text.replaceAll('\\', '/').trimEnd())),
    }),
    fc.record({
      tag: fc.constantFrom('00191001', '7FE00010', '00420011'),
      vr: fc.constant('OB'),
      raw: fc.uint8Array({ maxLength: 70_000, size: 'small' }),
    }),
  );

  it('is the same in every uncompressed encoding', () => {
    const syntaxes = fc.constantFrom(
      '1.2.840.10008.1.2',
      '1.2.840.10008.1.2.1',
      '1.2.840.10008.1.2.2',
    );
    const property = fc.property(
      fc.uniqueArray(element, { selector: ({ tag }) => tag }),
      syntaxes,
      (elements, transferSyntax) => {
        const meta = { transferSyntax, sopClassUid: '1.2', sopInstanceUid: '1.2.3' };
        const { dataset } = readPart10(
          writePart10([{ tag: '00080016', vr: 'UI', raw: Buffer.from('1.2') }, ...elements], meta),
        );
        for (const { tag, raw } of elements) {
          const read = dataset.get(tag)?.raw ?? Buffer.alloc(0);
          assert.deepEqual(Buffer.from(read.subarray(0, raw.byteLength)), Buffer.from(raw));
          assert.equal(read.byteLength % 2, 0);
        }
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 300 });
  });

  it('keeps its text in each character set that has the characters', () => {
    const cases = fc.constantFrom(
      { terms: ['', 'ISO 2022 IR 149'], unit: fc.constantFrom(...'홍길동김이박洪吉洞Aa ^=') },
      { terms: ['', 'ISO 2022 IR 87'], unit: fc.constantFrom(...'山田太郎やまだソ表Aa ^=') },
      { terms: ['', 'ISO 2022 IR 58'], unit: fc.constantFrom(...'张小东王Aa ^=') },
      { terms: ['GB18030'], unit: fc.constantFrom(...'张小东王한é€Aa ^=', '𠀀') },
      { terms: ['ISO_IR 144'], unit: fc.constantFrom(...'Люксембург ^=') },
      { terms: ['ISO_IR 192'], unit: fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }) },
    );
    const property = fc.property(
      cases.chain(({ terms, unit }) =>
        fc.tuple(fc.constant(terms), fc.string({ unit, maxLength: 30 })),
      ),
      ([terms, value]) => {
        const encoded = encodeText(value, terms, 'name');
        assert.ok(encoded !== undefined);
        assert.equal(decodeText(encoded, terms, 'name'), value);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 2_000 });
  });
});
