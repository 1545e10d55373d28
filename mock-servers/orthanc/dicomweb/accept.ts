// The Accept header as the DICOMweb plugin reads it.
import { type MediaType, mediaType, negotiate } from '../rest/accept.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Version } from '../versions.ts';

/** The header as one media type, in lower case, as the plugin mostly takes it; undefined when anything will do. */
export function accepted(call: Call): MediaType | undefined {
  const { type, parameters } = mediaType(call.headers.accept ?? '');
  return type === '' || type === '*/*' ? undefined : { type: type.toLowerCase(), parameters };
}

/** The one of the offers that the client takes; the first when it takes anything. */
function chosen(
  call: Call,
  version: Version,
  offers: readonly string[],
  what: string,
): { readonly offer: string; readonly parameters: MediaType['parameters'] } {
  const header = call.headers.accept ?? '*/*';
  // Plugin 1.7 takes the whole header for one type, 1.20 negotiates.
  const accept = version.isOldDicomWeb ? single(header, offers) : negotiate(header, offers);
  if (!accept) throw cannotGenerate(what, header);
  return { offer: accept.offer, parameters: accept.accepted.parameters };
}

function single(header: string, offers: readonly string[]) {
  const whole = mediaType(header);
  const type = whole.type.toLowerCase();
  const offer = type === '*/*' || type === '' ? offers[0] : offers.find((each) => each === type);
  return offer === undefined ? undefined : { offer, accepted: whole };
}

function cannotGenerate(what: string, header: string): OrthancError {
  return new OrthancError(
    'badRequest',
    `This WADO-RS plugin cannot generate the following ${what} type: ${header}`,
  );
}

const RELATED = 'multipart/related';

/** Whether metadata are wanted as XML, which goes in parts, or as JSON. */
export function metadataForm(call: Call, version: Version): 'json' | 'xml' {
  const header = call.headers.accept ?? '';
  const offers = ['application/dicom+json', 'application/json', RELATED];
  const { offer, parameters } = chosen(call, version, offers, 'content');
  if (offer !== RELATED) return 'json';
  const type = parameters.get('type');
  if (type === 'application/dicom+xml') return 'xml';
  if (type === undefined) {
    const named = version.isOldDicomWeb ? ` (${header})` : '';
    throw new OrthancError('badRequest', `Missing "type" in multipart/related accept type${named}`);
  }
  throw new OrthancError(
    'badRequest',
    `This WADO-RS plugin only supports application/dicom+xml type for multipart/related accept (${version.isOldDicomWeb ? header : type})`,
  );
}

/** Bulk data leave in parts of bytes. */
export function checkBulkForm(call: Call, version: Version): void {
  const { parameters } = chosen(call, version, [RELATED], 'bulk data');
  const type = parameters.get('type') ?? 'application/octet-stream';
  if (type === 'application/octet-stream') return;
  throw new OrthancError(
    'badRequest',
    `This WADO-RS plugin only supports application/octet-stream return type for bulk data retrieval (${type})`,
  );
}

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

const transferSyntaxes = new Set(
  ['', '.1', '.2', '.5', ...[50, 51, 57, 70, 80, 81, 90, 91, 92, 93].map((end) => `.4.${end}`)].map(
    (end) => `1.2.840.10008.1.2${end}`,
  ),
);

/** Syntax of retrieved files: explicit little endian by default, undefined for `*`, which keeps each as it is. */
export function retrievedSyntax(call: Call, version: Version): string | undefined {
  const { parameters } = chosen(call, version, [RELATED], 'content');
  const type = parameters.get('type') ?? 'application/dicom';
  if (type !== 'application/dicom') {
    throw new OrthancError(
      'badRequest',
      `This WADO-RS plugin only supports application/dicom return type for DICOM retrieval (${type})`,
    );
  }
  const wanted = parameters.get('transfer-syntax') ?? EXPLICIT_LITTLE_ENDIAN;
  if (wanted === '*') return undefined;
  if (transferSyntaxes.has(wanted)) return wanted;
  throw new OrthancError('badRequest', `Unsupported transfer syntax in WADO-RS: ${wanted}`);
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
  if (accept.type !== RELATED) {
    throw new OrthancError('outOfRange', "expecting 'Accept: multipart/related' HTTP header");
  }
  const wanted = accept.parameters.get('transfer-syntax');
  if (wanted === '*') return undefined;
  const type = accept.parameters.get('type') ?? frameType(wanted ?? EXPLICIT_LITTLE_ENDIAN);
  if (wanted !== undefined && !transferSyntaxes.has(wanted)) {
    throw new OrthancError(
      'notImplemented',
      `Unknown transfer syntax in 'Accept' header: ${wanted}`,
    );
  }
  const syntax = wanted ?? frameSyntaxes[type];
  if (syntax !== undefined && (wanted === undefined || frameType(wanted) === type)) return syntax;
  throw new OrthancError(
    'badRequest',
    `DICOMweb RetrieveFrames: Transfer syntax "${wanted ?? ''}" is incompatible with media type "${type}"`,
  );
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
