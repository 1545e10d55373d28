// The Accept header as the DICOMweb plugin reads it.
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';

export interface Accepted {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The first media type, in lower case, with its parameters; undefined when anything will do. */
export function accepted(call: Call): Accepted | undefined {
  const [first = ''] = (call.headers.accept ?? '').split(',');
  const [type = '', ...rest] = first.split(';').map((part) => part.trim());
  if (type === '' || type === '*/*') return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [name = '', value = ''] = part.split('=');
    parameters.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  return { type: type.toLowerCase(), parameters };
}

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

const transferSyntaxes = new Set(
  ['', '.1', '.2', '.5', ...[50, 51, 57, 70, 80, 81, 90, 91, 92, 93].map((end) => `.4.${end}`)].map(
    (end) => `1.2.840.10008.1.2${end}`,
  ),
);

/** Syntax of retrieved files: explicit little endian by default, undefined for `*`, which keeps each as it is. */
export function retrievedSyntax(call: Call): string | undefined {
  const accept = accepted(call);
  if (!accept) return EXPLICIT_LITTLE_ENDIAN;
  if (accept.type !== 'multipart/related') {
    throw new OrthancError(
      'badRequest',
      `This WADO-RS plugin cannot generate the following content type: ${accept.type}`,
    );
  }
  const type = accept.parameters.get('type') ?? 'application/dicom';
  if (type !== 'application/dicom') {
    throw new OrthancError(
      'badRequest',
      `This WADO-RS plugin only supports application/dicom return type for DICOM retrieval (${type})`,
    );
  }
  return syntaxParameter(accept.parameters, EXPLICIT_LITTLE_ENDIAN);
}

const frameSyntaxes: Readonly<Record<string, string>> = {
  'application/octet-stream': EXPLICIT_LITTLE_ENDIAN,
  'image/dicom-rle': '1.2.840.10008.1.2.5',
  'image/jpeg': '1.2.840.10008.1.2.4.70',
  'image/jls': '1.2.840.10008.1.2.4.80',
  'image/jp2': '1.2.840.10008.1.2.4.90',
  'image/jpx': '1.2.840.10008.1.2.4.92',
};

/** Syntax of retrieved frames, as above. */
export function frameSyntax(call: Call): string | undefined {
  const accept = accepted(call);
  if (!accept) return EXPLICIT_LITTLE_ENDIAN;
  if (accept.type !== 'multipart/related') {
    throw new OrthancError('outOfRange', "expecting 'Accept: multipart/related' HTTP header");
  }
  const type = accept.parameters.get('type') ?? 'application/octet-stream';
  const usual = frameSyntaxes[type];
  if (usual === undefined) {
    throw new OrthancError(
      'badRequest',
      `DICOMweb RetrieveFrames: Cannot specify a transfer syntax (${type})`,
    );
  }
  return syntaxParameter(accept.parameters, usual);
}

/** Media type of a frame in a transfer syntax. */
export function frameType(transferSyntax: string): string {
  const shared: Readonly<Record<string, string>> = {
    '1.2.840.10008.1.2.4.50': 'image/jpeg',
    '1.2.840.10008.1.2.4.51': 'image/jpeg',
    '1.2.840.10008.1.2.4.57': 'image/jpeg',
    '1.2.840.10008.1.2.4.81': 'image/jls',
    '1.2.840.10008.1.2.4.91': 'image/jp2',
    '1.2.840.10008.1.2.4.93': 'image/jpx',
  };
  const own = Object.entries(frameSyntaxes).find(([, syntax]) => syntax === transferSyntax)?.[0];
  return shared[transferSyntax] ?? own ?? 'application/octet-stream';
}

function syntaxParameter(
  parameters: ReadonlyMap<string, string>,
  usual: string,
): string | undefined {
  const wanted = parameters.get('transfer-syntax');
  if (wanted === undefined) return usual;
  if (wanted === '*') return undefined;
  if (!transferSyntaxes.has(wanted)) {
    throw new OrthancError('badRequest', `Unsupported transfer syntax in WADO-RS: ${wanted}`);
  }
  return wanted;
}
