// dicom-parser reads the same files: another parser, written by others, must see the same elements.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import dicomParser from 'dicom-parser';
import { readPart10 } from '#core/dicom/part10.ts';
import { isDeflated } from '#core/dicom/transfer-syntax.ts';
import { allFiles } from '#test/support/dicom-files.ts';

interface PeerElement {
  readonly dataOffset: number;
  readonly length: number;
}
type PeerElements = Readonly<Record<string, PeerElement>>;

function peerElements(bytes: Buffer): PeerElements | undefined {
  try {
    return dicomParser.parseDicom(bytes).elements;
  } catch {
    // It refuses bare data sets and everything broken; those have tests of their own
    return undefined;
  }
}

describe('readPart10 and dicom-parser', () => {
  for (const file of allFiles()) {
    const bytes = readFileSync(file);
    const peer = peerElements(bytes);
    if (peer === undefined) continue;
    it(`see the same elements in ${path.basename(file)}`, () => {
      const { dataset, transferSyntax } = readPart10(bytes);
      if (isDeflated(transferSyntax)) return assert.ok(dataset.elements.length > 0);

      for (const { tag, valueOffset, valueEnd, length } of dataset.elements) {
        const other: PeerElement | undefined = peer[`x${tag.toLowerCase()}`];
        assert.equal(other?.dataOffset, valueOffset, tag);
        // For delimited values it counts the delimiter in, or not, by kind
        if (length !== 0xffffffff) assert.equal(other?.length, valueEnd - valueOffset, tag);
      }
      const theirs = Object.keys(peer).filter((key) => !key.startsWith('x0002'));
      assert.equal(theirs.length, dataset.elements.length);
    });
  }
});
