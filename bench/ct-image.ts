// A CT image as the benchmarks send it: what a scanner writes, without its private elements.
import { numberElement, textElement, writePart10 } from '#core/dicom/write.ts';

export interface CtIds {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly number: string;
}

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';

/** `edge` times `edge` pixels of 16 bits. */
export function ctImage(
  { study, series, instance, number }: CtIds,
  edge: number,
  pixels: Uint8Array = new Uint8Array(edge * edge * 2),
): Uint8Array {
  const elements = [
    textElement('SOPClassUID', CT),
    textElement('SOPInstanceUID', instance),
    textElement('Modality', 'CT'),
    textElement('PatientName', 'Bench^Mark'),
    textElement('PatientID', 'BENCH'),
    textElement('StudyInstanceUID', study),
    textElement('SeriesInstanceUID', series),
    textElement('InstanceNumber', number),
    numberElement('SamplesPerPixel', 1),
    textElement('PhotometricInterpretation', 'MONOCHROME2'),
    numberElement('Rows', edge),
    numberElement('Columns', edge),
    numberElement('BitsAllocated', 16),
    numberElement('BitsStored', 12),
    numberElement('HighBit', 11),
    numberElement('PixelRepresentation', 0),
    { tag: '7FE00010', vr: 'OW', raw: pixels },
  ].filter((element) => element !== undefined);
  const meta = { transferSyntax: EXPLICIT, sopClassUid: CT, sopInstanceUid: instance };
  return writePart10(elements, meta);
}
