// Palette colour (PS3.3 C.7.6.3.1.5): a number of the image picks a colour from three tables.
import type { Dataset } from '#core/dicom/dataset.ts';
import { numbers } from '#core/dicom/values.ts';

const planes = ['Red', 'Green', 'Blue'] as const;
const PALETTE_SIZE = 256;

/** Red, green and blue of each sample; undefined without tables for 8 bits. */
export function colours(dataset: Dataset, samples: Int32Array): Int32Array | undefined {
  const tables = planes.map((plane) => table(dataset, plane));
  const out = new Int32Array(samples.length * planes.length);
  for (const [plane, entries] of tables.entries()) {
    if (!entries) return undefined;
    samples.forEach((sample, pixel) => {
      out[pixel * planes.length + plane] = entries[sample] ?? 0;
    });
  }
  return out;
}

function table(dataset: Dataset, plane: (typeof planes)[number]): Uint8Array | undefined {
  const [count, , bits] = numbers(dataset, `${plane}PaletteColorLookupTableDescriptor`);
  const data = dataset.get(tableTags[plane]);
  if (!data || count !== PALETTE_SIZE) return undefined;
  const { raw, littleEndian } = data;
  if (raw.length === PALETTE_SIZE) return raw;
  if (bits !== 16 || raw.length !== 2 * PALETTE_SIZE) return undefined;
  // The upper bytes of 16-bit entries.
  return raw.filter((_, at) => (at % 2 === 1) === littleEndian);
}

const tableTags = { Red: '00281201', Green: '00281202', Blue: '00281203' } as const;
