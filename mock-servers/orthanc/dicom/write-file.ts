// Files that the server makes itself: transcoded, modified, created. Written as DCMTK does for Orthanc:
// explicit lengths, its own implementation UID in the meta header.
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import {
  type NewElement,
  numberElement,
  type WritableElement,
  writeDataset,
} from '#core/dicom/write.ts';

export interface FileShape {
  readonly elements: readonly WritableElement[];
  readonly transferSyntax: string;
}

const IMPLEMENTATION_CLASS = '1.2.276.0.7230010.3.0.3.6.7';
const IMPLEMENTATION_NAME = 'OFFIS_DCMTK_367';
const metaEncoding = { littleEndian: true, explicitVr: true };

export function writeFile({ elements, transferSyntax }: FileShape): Buffer {
  const find = (tag: string) => elements.find((element) => element.tag === tag);
  const text = (tag: string) =>
    Buffer.from(find(tag)?.raw ?? [])
      .toString('latin1')
      .replace(/[\0 ]+$/, '');
  const body = writeDataset(
    [
      { tag: '00020001', vr: 'OB', raw: Uint8Array.of(0, 1) },
      ascii('00020002', 'UI', text('00080016')),
      ascii('00020003', 'UI', text('00080018')),
      ascii('00020010', 'UI', transferSyntax),
      ascii('00020012', 'UI', IMPLEMENTATION_CLASS),
      ascii('00020013', 'SH', IMPLEMENTATION_NAME),
    ],
    metaEncoding,
  );
  const length = numberElement('00020000', body.byteLength);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM', 'latin1'),
    writeDataset([length], metaEncoding),
    body,
    writeDataset(withoutGroupLengths(elements), encodingOf(transferSyntax)),
  ]);
}

function withoutGroupLengths(elements: readonly WritableElement[]): WritableElement[] {
  return elements.filter(({ tag }) => !tag.endsWith('0000'));
}

function ascii(tag: string, vr: string, value: string): NewElement {
  return { tag, vr, raw: Buffer.from(value, 'latin1') };
}
