// /series/{id}/ordered-slices: instances along the normal of their orientation, or by their number.
import type { Resource } from '../archive/model.ts';
import { indexInSeries } from '../archive/model.ts';
import { frameCount } from '../image/pixels.ts';
import { jsonAnswer } from './answer.ts';
import { resourceOf } from './arguments.ts';
import type { Handler } from './orthanc.ts';

export const orderedSlices: Handler = async (call, orthanc) => {
  const series = resourceOf(call, 'Series', orthanc);
  const instances = [...series.children];
  const positions = instances.map(positionOf);
  const isVolume = positions.every((position) => position !== undefined);
  const key = (instance: Resource) =>
    (isVolume ? positionOf(instance) : undefined) ?? indexInSeries(instance) ?? 0;
  const ordered = instances.sort((a, b) => key(a) - key(b));
  const frames: (readonly [string, number])[] = [];
  for (const instance of ordered) {
    frames.push([instance.id, frameCount((await orthanc.dicom.parse(instance)).dataset)]);
  }
  return jsonAnswer({
    Dicom: frames.map(([id]) => `/instances/${id}/file`),
    Slices: frames.flatMap(([id, count]) =>
      Array.from({ length: count }, (_, frame) => `/instances/${id}/frames/${frame}`),
    ),
    SlicesShort: frames.map(([id, count]) => [id, 0, count]),
    Type: isVolume ? 'Volume' : 'Sequence',
  });
};

/** Where a slice lies along the normal of its own orientation (PS3.3 C.7.6.2.1.1). */
function positionOf(instance: Resource): number | undefined {
  const numbers = (tag: string) => (instance.tags.get(tag) ?? '').split('\\').map(Number);
  const [x = 0, y = 0, z = 0] = numbers('00200032');
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers('00200037');
  const position = x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
  const isKnown = instance.tags.has('00200032') && instance.tags.has('00200037');
  return isKnown && Number.isFinite(position) ? position : undefined;
}
