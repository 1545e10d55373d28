// What can be wrong with a DICOM file. One function a failure; offsets are positions in the file.
import { WorkbenchError } from '../errors.ts';
import { text } from '../text.ts';

export function emptyFile(): WorkbenchError {
  return new WorkbenchError(
    'DICOM_EMPTY',
    text('The file is empty. Export it again from the device or archive it came from.'),
  );
}

export function notDicom(cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'DICOM_NOT_DICOM',
    text(
      'This is not a DICOM file: it has neither the DICM mark nor a data set. Choose another file.',
    ),
    { cause },
  );
}

export function truncated(offset: number, tag: string, missing: number): WorkbenchError {
  return new WorkbenchError(
    'DICOM_TRUNCATED',
    text(
      'The DICOM file is cut short: element {tag} at byte {offset} lacks {missing} bytes. Copy or export the file again.',
      { tag: displayTag(tag), offset, missing },
    ),
  );
}

/** Cut where an element, an item or a delimiter should begin. */
export function cutShort(offset: number): WorkbenchError {
  return new WorkbenchError(
    'DICOM_TRUNCATED',
    text('The DICOM file is cut short at byte {offset}. Copy or export the file again.', {
      offset,
    }),
  );
}

export function itemExpected(offset: number): WorkbenchError {
  return new WorkbenchError(
    'DICOM_MALFORMED',
    text(
      'The DICOM file is damaged: a sequence item should begin at byte {offset} and does not. Copy or export the file again.',
      { offset },
    ),
  );
}

export function strayDelimiter(offset: number): WorkbenchError {
  return new WorkbenchError(
    'DICOM_MALFORMED',
    text(
      'The DICOM file is damaged: the delimiter at byte {offset} ends nothing. Copy or export the file again.',
      { offset },
    ),
  );
}

export function inflateFailed(cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'DICOM_MALFORMED',
    text(
      'The compressed data set of the DICOM file cannot be inflated. Copy or export the file again.',
    ),
    { cause },
  );
}

export function nestedTooDeep(offset: number, limit: number): WorkbenchError {
  return new WorkbenchError(
    'DICOM_UNSUPPORTED',
    text(
      'The DICOM file nests sequences more than {limit} deep at byte {offset}, which is not read. Check where the file came from.',
      { offset, limit },
    ),
  );
}

export function inflatedTooLarge(limit: number): WorkbenchError {
  return new WorkbenchError(
    'DICOM_UNSUPPORTED',
    text(
      'The compressed data set of the DICOM file grows beyond {limit} bytes, which is not read. Save it without compression.',
      { limit },
    ),
  );
}

export function missingUid(name: string): WorkbenchError {
  return new WorkbenchError(
    'DICOM_MISSING_UID',
    text('The DICOM file has no {name}, so no archive can file it. Correct it at its source.', {
      name,
    }),
  );
}

function displayTag(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`.toLowerCase();
}
