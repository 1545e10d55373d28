// Where the DICOM side of an Orthanc listens: it says so itself, except for its host.
import type { OrthancClient } from './client.ts';

/** The host is the one of the REST address: behind a proxy or in a container, that may not be enough. */
export async function dicomNodeOf(
  { baseUrl, system }: Pick<OrthancClient, 'baseUrl' | 'system'>,
  cancel?: { readonly signal?: AbortSignal },
): Promise<{ readonly host: string; readonly port: number; readonly aet: string }> {
  const { DicomAet: aet, DicomPort: port } = await system(cancel);
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/g, '');
  return { host, port, aet };
}
