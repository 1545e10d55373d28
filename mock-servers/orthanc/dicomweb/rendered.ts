// Rendered images of WADO-RS, and WADO-URI.
import { descendants, type Resource } from '../archive/model.ts';
import { type Picture, resized, type Window } from '../image/render.ts';
import { bytesAnswer } from '../rest/answer.ts';
import { storedFile } from '../rest/attachments.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { encoded, renderedPicture } from '../rest/images.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { accepted } from './accept.ts';
import { resourceAt } from './context.ts';

const QUALITY = 90;

/** `/rendered` of a study, a series, an instance or a frame: the middle image stands for many. */
export const retrieveRendered: Handler = async (call, orthanc) => {
  const instances = descendants(resourceAt(call, orthanc), 'Instance');
  const instance = instances[Math.floor(instances.length / 2)];
  const type = imageType(call);
  const window = windowArgument(call);
  const viewport = viewportArgument(call);
  if (!instance) throw new OrthancError('inexistentItem');
  const frame = Number(call.params['frames'] ?? '1') - 1;
  const picture = await pictureOf({ instance, frame, window }, call, orthanc);
  const sized = picture && viewport ? resized(picture, ...viewport) : picture;
  const bytes = sized && (await encoded(sized, type, QUALITY));
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
  if (!bytes) throw new OrthancError('outOfRange');
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
}

// Without a window the plugin takes Orthanc's preview, which stretches the values.
function pictureOf(
  { instance, frame, window }: Wanted,
  call: Call,
  orthanc: Orthanc,
): Promise<Picture | undefined> {
  if (!window) return renderedPicture(instance, frame, 'preview', call, orthanc);
  const query = new Map([
    ['window-center', String(window.center)],
    ['window-width', String(window.width)],
  ]);
  return renderedPicture(instance, frame, 'rendered', { ...call, query }, orthanc);
}

function imageType(call: Call): string {
  const type = accepted(call)?.type ?? 'image/jpeg';
  if (type === 'image/png' || type === 'image/jpeg') return type;
  throw new OrthancError('outOfRange');
}

function windowArgument(call: Call): Window | undefined {
  const text = call.query.get('window');
  if (text === undefined) return undefined;
  const [center = '', width = '', kind, ...rest] = text.split(',');
  if (kind === undefined || rest.length > 0) {
    throw new OrthancError(
      'outOfRange',
      'The number arguments to "window" in WADO-RS Retrieve Rendered Transaction must be 3',
    );
  }
  if (Number.isNaN(Number(center)) || !(Number(width) >= 1)) throw new OrthancError('outOfRange');
  return { center: Number(center), width: Number(width) };
}

function viewportArgument(call: Call): [number, number] | undefined {
  const text = call.query.get('viewport');
  if (text === undefined) return undefined;
  const sizes = text.split(',').map(Number);
  const [width = 0, height = 0] = sizes;
  if ((sizes.length !== 2 && sizes.length !== 6) || !(width > 0) || !(height > 0)) {
    throw new OrthancError(
      'outOfRange',
      'The number arguments to "viewport" in WADO-RS Retrieve Rendered Transaction must be 2, 4, or 6',
    );
  }
  return [width, height];
}
