// A data set from the network as a file: DCMTK's meta header in front of the bytes as they came.
import { writeMeta } from '#core/dicom/write.ts';
import { dcmtk367, type Toolkit } from './identity.ts';

export interface ReceivedObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntax: string;
}

export async function* asFile(
  object: ReceivedObject,
  data: AsyncIterable<Uint8Array>,
  toolkit: Toolkit = dcmtk367,
): AsyncIterable<Uint8Array> {
  const meta = writeMeta({
    ...object,
    implementationClassUid: toolkit.classUid,
    implementationVersion: toolkit.version,
  });
  yield Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), meta]);
  yield* data;
}
