// Values that are not in the index: read from the file of an instance.
import { descendants, type Resource } from '../archive/model.ts';
import { effectiveCharset, textOf } from '../dicom/values.ts';
import type { Orthanc } from './orthanc.ts';

/** The instance that stands for a resource: the first that came. */
export function firstInstance(resource: Resource): Resource | undefined {
  let current: Resource | undefined = resource;
  while (current && current.level !== 'Instance') {
    const [child]: Resource[] = [...current.children].slice(0, 1);
    current = child;
  }
  return current;
}

export async function tagOfFirstFile(
  resource: Resource,
  tag: string,
  { dicom, settings }: Orthanc,
): Promise<string | undefined> {
  const instance = firstInstance(resource) ?? descendants(resource, 'Instance')[0];
  if (!instance) return undefined;
  const { dataset } = await dicom.parse(instance);
  const element = dataset.get(tag);
  if (!element) return undefined;
  return textOf(
    element,
    element.vr,
    effectiveCharset(dataset.charset, settings.defaultCharset),
  )?.trimEnd();
}
