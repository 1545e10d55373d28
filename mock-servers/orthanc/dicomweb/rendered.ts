// Rendered images of WADO-RS, and WADO-URI.
import { numbers } from '#core/dicom/values.ts';
import { descendants, type Resource } from '../archive/model.ts';
import { boxed, type Region } from '../image/region.ts';
import type { Picture, Window, WindowShape } from '../image/render.ts';
import { bytesAnswer } from '../rest/answer.ts';
import { storedFile } from '../rest/attachments.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { encoded, renderedPicture } from '../rest/images.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { resourceAt } from './context.ts';

const QUALITY = 90;

/** `/rendered` of a study, a series, an instance or a frame: the middle image stands for many. */
export const retrieveRendered: Handler = async (call, orthanc) => {
  const instances = descendants(resourceAt(call, orthanc, 'Instance'), 'Instance');
  const instance = instances[Math.floor(instances.length / 2)];
  const type = imageType(call);
  const window = windowArgument(call);
  const viewport = viewportArgument(call);
  const quality = qualityArgument(call);
  if (!instance) throw new OrthancError('inexistentItem');
  const frame = frameArgument(call) - 1;
  const { rows, columns } = await sizeOf(instance, frame, orthanc);
  const region = viewport && regionOf(viewport, columns, rows);
  const picture = await pictureOf({ instance, frame, window, region }, call, orthanc);
  const sized = viewport ? boxed(picture, viewport[0] ?? columns, viewport[1] ?? rows) : picture;
  const bytes = sized && (await encoded(sized, type, quality));
  if (!bytes) throw new OrthancError('outOfRange');
  return bytesAnswer(bytes, type);
};

/** WADO-URI (PS3.18 9): one object by its UIDs. */
export const wadoUri: Handler = async (call, orthanc) => {
  const instance = wantedObject(call, orthanc);
  const type = call.query.get('contentType') ?? 'image/jpg';
  if (type === 'application/dicom') {
    const { headers: _unnamed, ...answer } = storedFile(instance, orthanc);
    return answer;
  }
  if (type !== 'image/png' && type !== 'image/jpeg' && type !== 'image/jpg') {
    throw new OrthancError('badRequest', `WADO-URI: Unsupported content type: "${type}"`);
  }
  const picture = await renderedPicture(instance, 0, 'rendered', call, orthanc);
  const bytes =
    picture && (await encoded(picture, type === 'image/png' ? type : 'image/jpeg', QUALITY));
  if (!bytes) throw new OrthancError('plugin');
  // Plugin 1.7 and 1.20: JPEG bytes leave as image/png, whatever was asked for.
  return bytesAnswer(bytes, 'image/png');
};

function wantedObject(call: Call, { archive }: Orthanc): Resource {
  const uid = call.query.get('objectUID');
  if (call.query.get('requestType') !== 'WADO' || uid === undefined)
    throw new OrthancError('unknownResource');
  const [instance] = archive.resources.identified('Instance', uid);
  const series = call.query.get('seriesUID');
  const study = call.query.get('studyUID');
  const isWanted =
    (series === undefined || instance?.parent?.tags.get('0020000E') === series) &&
    (study === undefined || instance?.parent?.parent?.tags.get('0020000D') === study);
  if (!instance || !isWanted) throw new OrthancError('unknownResource');
  return instance;
}

interface Wanted {
  readonly instance: Resource;
  readonly frame: number;
  readonly window: Window | undefined;
  readonly region: Region | undefined;
}

// Without a window the plugin takes Orthanc's preview, which stretches the values.
function pictureOf(
  { instance, frame, window, region }: Wanted,
  call: Call,
  orthanc: Orthanc,
): Promise<Picture | undefined> {
  const form = window ? 'rendered' : 'preview';
  const plain = { ...call, query: new Map() };
  return renderedPicture(instance, frame, form, plain, orthanc, { region, window });
}

function frameArgument(call: Call): number {
  const text = call.params['frames'] ?? '1';
  if (!/^-?\d+$/.test(text)) throw new OrthancError('badFile');
  return Number(text);
}

// The whole header must be one of these.
function imageType({ headers: { accept = '*/*' } }: Call): string {
  if (accept === '*/*') return 'image/jpeg';
  if (accept === 'image/png' || accept === 'image/jpeg') return accept;
  throw new OrthancError('outOfRange');
}

const RENDERED = 'in WADO-RS Retrieve Rendered Transaction';
const shapes: readonly WindowShape[] = ['linear', 'linear-exact', 'sigmoid'];

function windowArgument(call: Call): Window | undefined {
  const text = call.query.get('window');
  if (text === undefined) return undefined;
  const [center = '', width = '', kind, ...rest] = text.split(',');
  if (kind === undefined || rest.length > 0) {
    throw new OrthancError('outOfRange', `The number arguments to "window" ${RENDERED} must be 3`);
  }
  if (!isFloat(center) || !isFloat(width)) {
    throw new OrthancError(
      'outOfRange',
      `The first and second arguments to "window" ${RENDERED} must be floats: ${text}`,
    );
  }
  const shape = shapes.find((each) => each === kind);
  if (shape) return { center: Number(center), width: Number(width), shape };
  throw new OrthancError(
    'outOfRange',
    `The third argument to "window" ${RENDERED} must be linear, linear-exact or sigmoid: ${kind}`,
  );
}

function isFloat(text: string): boolean {
  return text.trim() !== '' && !Number.isNaN(Number(text));
}

/** @returns percent @throws OrthancError for what is none */
function qualityArgument(call: Call): number {
  const text = call.query.get('quality');
  if (text === undefined) return QUALITY;
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 100) return Number(text);
  throw new OrthancError(
    'outOfRange',
    `The value of "quality" ${RENDERED} must be between 1 and 100, found: ${text}`,
  );
}

/** Width and height of the picture; left, top, width and height of the part. Undefined: as large as the image. */
type Viewport = readonly (number | undefined)[];

function viewportArgument(call: Call): Viewport | undefined {
  const text = call.query.get('viewport');
  if (text === undefined) return undefined;
  const sizes = text.split(',');
  if (sizes.length !== 2 && sizes.length !== 6) {
    throw new OrthancError(
      'outOfRange',
      `The number arguments to "viewport" ${RENDERED} must be 2 or 6`,
    );
  }
  return sizes.map(viewportNumber);
}

function viewportNumber(text: string, index: number): number | undefined {
  if (text === '') return undefined;
  const isOfPicture = index < 2;
  if (!(isOfPicture ? /^[+-]?\d+$/.test(text) : isFloat(text))) {
    throw new OrthancError('outOfRange', `Out-of-range value for "viewport" ${RENDERED}: ${text}`);
  }
  const value = Number(text);
  if (value >= 0 || !isOfPicture) return value;
  throw new OrthancError(
    'outOfRange',
    `Negative values disallowed for "viewport" ${RENDERED}: ${text}`,
  );
}

function regionOf(viewport: Viewport, columns: number, rows: number): Region {
  const [, , x = 0, y = 0, width = columns, height = rows] = viewport;
  const whole = (value: number) => Math.trunc(Math.abs(value));
  return { x: whole(x), y: whole(y), width: Math.trunc(width), height: Math.trunc(height) };
}

async function sizeOf(instance: Resource, frame: number, { dicom }: Orthanc) {
  const { dataset } = await dicom.parse(instance);
  if (frame < 0) {
    throw new OrthancError('outOfRange', `Inexistent frame index in this image: ${frame + 1}`);
  }
  const [rows = 0] = numbers(dataset, 'Rows');
  const [columns = 0] = numbers(dataset, 'Columns');
  return { rows, columns };
}
