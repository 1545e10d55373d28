// A film of three images, a white square that grows, with Modality Multi-frame Grayscale Byte.
import { EXPLICIT_LITTLE_ENDIAN } from '#core/dicom/transfer-syntax.ts';
import { numberElement, textElement, writePart10 } from '#core/dicom/write.ts';

const MULTI_FRAME_BYTE = '1.2.840.10008.5.1.4.1.1.7.2';
const SIZE = 64;
/** Width of the square. */
const widths = [16, 32, 48] as const;

export const cine = { widths } as const;

/** @param number - gives the film identifiers of its own */
export function cineFile(number = 0): Uint8Array {
  const sopInstanceUid = `2.25.7733${number}`;
  const words = {
    SOPClassUID: MULTI_FRAME_BYTE,
    SOPInstanceUID: sopInstanceUid,
    StudyInstanceUID: `${sopInstanceUid}.1`,
    SeriesInstanceUID: `${sopInstanceUid}.2`,
    Modality: 'OT',
    PatientID: 'CINE-1',
    PatientName: 'Film^Three',
    InstanceNumber: '7',
    NumberOfFrames: String(widths.length),
    PhotometricInterpretation: 'MONOCHROME2',
  };
  const texts = Object.entries(words).map(([tag, value]) => textElement(tag, value));
  const numbers = Object.entries({
    SamplesPerPixel: 1,
    Rows: SIZE,
    Columns: SIZE,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  }).map(([tag, value]) => numberElement(tag, value));
  const pixels = { tag: '7FE00010', vr: 'OB', raw: Buffer.concat(widths.map(picture)) };
  return writePart10([...texts.filter((element) => element !== undefined), ...numbers, pixels], {
    transferSyntax: EXPLICIT_LITTLE_ENDIAN,
    sopClassUid: MULTI_FRAME_BYTE,
    sopInstanceUid,
  });
}

function picture(width: number): Uint8Array {
  const isInside = (at: number) => Math.abs(at - SIZE / 2 + 0.5) < width / 2;
  return Uint8Array.from({ length: SIZE * SIZE }, (_, at) =>
    isInside(at % SIZE) && isInside(Math.floor(at / SIZE)) ? 255 : 0,
  );
}
