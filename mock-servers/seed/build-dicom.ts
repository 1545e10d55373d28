// Generates the studies of the seed hospital: small phantoms made by arithmetic, no image of a person. Runs
// when the fixture is made (build/dicom-seed.mjs) and in a test; the mock loads the fixture.
// PatientIDs are the medical record numbers of hospital.ts.

import { EXPLICIT_LITTLE_ENDIAN } from '#core/dicom/transfer-syntax.ts';
import {
  type FileMeta,
  type NewElement,
  numberElement,
  textElement,
  writePart10,
} from '#core/dicom/write.ts';

interface SeedStudy {
  readonly patientId: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly charset: string;
  readonly accession: string;
  readonly date: string;
  readonly description: string;
  readonly series: readonly SeedSeries[];
}

interface SeedSeries {
  readonly modality: 'CT' | 'MR';
  readonly description: string;
  readonly bodyPart: string;
  readonly slices: number;
  readonly windowCenter: number;
  readonly windowWidth: number;
}

const MATRIX = 32;
/** Ours, derived from a random UUID (PS3.5 B.2). */
const UID_ROOT = '2.25.207216461317453911634236547294105117263.1';
const sopClasses = { CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4' } as const;

const studies: readonly SeedStudy[] = [
  {
    patientId: 'P-2025-000001',
    name: 'Hong^Gildong=洪^吉童=홍^길동',
    birthDate: '19850615',
    sex: 'M',
    charset: '\\ISO 2022 IR 149',
    accession: 'A2025000101',
    date: '20250310',
    description: 'CT Brain',
    series: [
      {
        modality: 'CT',
        description: 'Axial 5mm',
        bodyPart: 'HEAD',
        slices: 4,
        windowCenter: 40,
        windowWidth: 80,
      },
      {
        modality: 'CT',
        description: 'Bone',
        bodyPart: 'HEAD',
        slices: 2,
        windowCenter: 500,
        windowWidth: 2000,
      },
    ],
  },
  {
    patientId: 'P-2025-000001',
    name: 'Hong^Gildong=洪^吉童=홍^길동',
    birthDate: '19850615',
    sex: 'M',
    charset: '\\ISO 2022 IR 149',
    accession: 'A2025000102',
    date: '20250412',
    description: 'MR Brain',
    series: [
      {
        modality: 'MR',
        description: 'T1 axial',
        bodyPart: 'HEAD',
        slices: 3,
        windowCenter: 600,
        windowWidth: 1200,
      },
    ],
  },
  {
    patientId: 'P-2025-000002',
    name: 'Kim^Seoyeon==김^서연',
    birthDate: '19920321',
    sex: 'F',
    charset: 'ISO_IR 192',
    accession: 'A2025000201',
    date: '20250502',
    description: 'MR Knee',
    series: [
      {
        modality: 'MR',
        description: 'PD sagittal',
        bodyPart: 'KNEE',
        slices: 3,
        windowCenter: 600,
        windowWidth: 1200,
      },
    ],
  },
  {
    patientId: 'P-2025-000005',
    name: 'Smith^John',
    birthDate: '19700115',
    sex: 'M',
    charset: 'ISO_IR 100',
    accession: 'A2025000501',
    date: '20250618',
    description: 'CT Chest',
    series: [
      {
        modality: 'CT',
        description: 'Lung',
        bodyPart: 'CHEST',
        slices: 3,
        windowCenter: -600,
        windowWidth: 1500,
      },
    ],
  },
];

/** Complete files, the same bytes at each call. */
export function* buildDicomFiles(): Generator<Uint8Array> {
  for (const [studyIndex, study] of studies.entries()) {
    const studyUid = `${UID_ROOT}.${studyIndex + 1}`;
    for (const [seriesIndex, series] of study.series.entries()) {
      const seriesUid = `${studyUid}.${seriesIndex + 1}`;
      for (let slice = 1; slice <= series.slices; slice++) {
        yield seedFile({
          study,
          series,
          studyUid,
          seriesUid,
          seriesNumber: seriesIndex + 1,
          slice,
        });
      }
    }
  }
}

interface Slice {
  readonly study: SeedStudy;
  readonly series: SeedSeries;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly seriesNumber: number;
  readonly slice: number;
}

function seedFile(at: Slice): Uint8Array {
  const { study, series } = at;
  const sopInstanceUid = `${at.seriesUid}.${at.slice}`;
  const sopClassUid = sopClasses[series.modality];
  const meta: FileMeta = { transferSyntax: EXPLICIT_LITTLE_ENDIAN, sopClassUid, sopInstanceUid };
  const elements = [
    ...texts(study.charset.split('\\'), {
      SpecificCharacterSet: study.charset,
      ImageType: 'DERIVED\\SECONDARY',
      SOPClassUID: sopClassUid,
      SOPInstanceUID: sopInstanceUid,
      StudyDate: study.date,
      SeriesDate: study.date,
      StudyTime: '093000',
      SeriesTime: `0935${String(at.seriesNumber).padStart(2, '0')}`,
      AccessionNumber: study.accession,
      Modality: series.modality,
      Manufacturer: 'OpenEMR Workbench',
      InstitutionName: 'Seed Hospital',
      ReferringPhysicianName: 'Lee^Eunju',
      StudyDescription: study.description,
      SeriesDescription: series.description,
      PatientName: study.name,
      PatientID: study.patientId,
      PatientBirthDate: study.birthDate,
      PatientSex: study.sex,
      BodyPartExamined: series.bodyPart,
      SliceThickness: '5',
      StudyInstanceUID: at.studyUid,
      SeriesInstanceUID: at.seriesUid,
      StudyID: study.accession.slice(-4),
      SeriesNumber: String(at.seriesNumber),
      InstanceNumber: String(at.slice),
      ImagePositionPatient: `-80\\-80\\${at.slice * 5}`,
      ImageOrientationPatient: '1\\0\\0\\0\\1\\0',
      FrameOfReferenceUID: `${at.studyUid}.99`,
      PhotometricInterpretation: 'MONOCHROME2',
      PixelSpacing: '5\\5',
      WindowCenter: String(series.windowCenter),
      WindowWidth: String(series.windowWidth),
      RescaleIntercept: series.modality === 'CT' ? '-1024' : '0',
      RescaleSlope: '1',
    }),
    numberElement('SamplesPerPixel', 1),
    numberElement('Rows', MATRIX),
    numberElement('Columns', MATRIX),
    numberElement('BitsAllocated', 16),
    numberElement('BitsStored', 12),
    numberElement('HighBit', 11),
    numberElement('PixelRepresentation', 0),
    { tag: '7FE00010', vr: 'OW', raw: phantom(series.modality, at.slice) },
  ];
  return writePart10(elements, meta);
}

function texts(charset: readonly string[], values: Readonly<Record<string, string>>): NewElement[] {
  return Object.entries(values).map(([name, value]) => {
    const element = textElement(name, value, charset);
    if (!element) throw new TypeError(`${name} of a seeded study does not fit its character set`);
    return element;
  });
}

/** A ring around a disc that shrinks from slice to slice, with a gradient to tell left from right. */
function phantom(modality: 'CT' | 'MR', slice: number): Uint8Array {
  const bytes = Buffer.alloc(MATRIX * MATRIX * 2);
  const radius = 14 - slice;
  const [outside, ring, inside] = modality === 'CT' ? [24, 1900, 1064] : [8, 250, 700];
  for (let y = 0; y < MATRIX; y++) {
    for (let x = 0; x < MATRIX; x++) {
      const distance = Math.hypot(x - MATRIX / 2 + 0.5, y - MATRIX / 2 + 0.5);
      const value = distance > radius ? outside : distance > radius - 2 ? ring : inside + x;
      bytes.writeUInt16LE(value, (y * MATRIX + x) * 2);
    }
  }
  return bytes;
}
