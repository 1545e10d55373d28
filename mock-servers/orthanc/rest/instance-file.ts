// GET /instances/{id}/file: the file as it came.
import { resourceOf } from './arguments.ts';
import { storedFile } from './attachments.ts';
import type { Handler } from './orthanc.ts';

export const instanceFile: Handler = (call, orthanc) =>
  storedFile(resourceOf(call, 'Instance', orthanc), orthanc);
