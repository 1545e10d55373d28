// Files into Orthanc by POST /instances, as the send workflow wants it.
import type { InstanceIds } from '../dicom/summary.ts';
import { WorkbenchError } from '../errors.ts';
import { text } from '../text.ts';
import type { OrthancClient } from './client.ts';
import { orthancIds } from './ids.ts';
import type { UploadSource } from './upload-source.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}

/** Structural: `Sender` of workflows/send-dicom.ts. */
export function restSender(client: OrthancClient) {
  return {
    async send({ source }: { readonly source: UploadSource }, cancel?: Cancel) {
      const { Status, ID } = await client.upload(source, cancel);
      if (Status === 'Success' || Status === 'AlreadyStored')
        return { status: Status, orthancId: ID };
      throw notKept(Status);
    },
    async locate(ids: InstanceIds, cancel?: Cancel): Promise<string | undefined> {
      const { instance } = orthancIds(ids);
      const entries = await client.lookup(ids.sopInstanceUid, cancel);
      return entries.find(({ ID }) => ID === instance)?.ID;
    },
  };
}

/** A script or plug-in in Orthanc decides about `FilteredOut`. */
function notKept(status: string): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_REJECTED',
    text('Orthanc took the file but did not keep it ({status}). Look at its filters and its log.', {
      status,
    }),
  );
}
