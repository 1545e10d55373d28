// Files into an archive by STOW-RS, as the send workflow wants it: one request a file, so that each has its answer.
import type { InstanceIds } from '../dicom/summary.ts';
import { WorkbenchError } from '../errors.ts';
import { text } from '../text.ts';
import type { DicomWebClient } from './dicomweb.ts';
import { orthancIds } from './ids.ts';
import type { UploadSource } from './upload-source.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}
interface StowFile {
  readonly source: UploadSource;
  readonly ids: InstanceIds;
}

/** Structural: `Sender` of workflows/send-dicom.ts. STOW-RS does not tell new from known, so a look goes first. */
export function stowSender(client: DicomWebClient) {
  const locate = async (ids: InstanceIds, cancel?: Cancel): Promise<string | undefined> => {
    const found = await client.search(
      'instances',
      { SOPInstanceUID: ids.sopInstanceUid },
      undefined,
      cancel,
    );
    return found.length === 0 ? undefined : orthancIds(ids).instance;
  };
  return {
    locate,
    async send({ source, ids }: StowFile, cancel?: Cancel) {
      const known = await locate(ids, cancel);
      if (known !== undefined) return { status: 'AlreadyStored' as const, orthancId: known };
      const { failed, stored } = await client.store([source], cancel);
      const [refused] = failed;
      if (refused !== undefined || stored.length === 0) throw notKept(refused?.reason);
      return { status: 'Success' as const, orthancId: orthancIds(ids).instance };
    },
  };
}

function notKept(reason: number | undefined): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_REJECTED',
    text('The archive did not keep the file (STOW-RS reason {reason}). Look into its log.', {
      reason: reason ?? '?',
    }),
  );
}
