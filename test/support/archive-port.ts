// An archive for tests of DIMSE: holds what is put in, finds what it is told to find.
import { dcmtk367 } from '#mock-servers/orthanc/dimse/identity.ts';
import type {
  ArchivePort,
  ArchiveQuery,
  IncomingObject,
  StoredObject,
} from '#mock-servers/orthanc/dimse/port.ts';

export interface FakeArchive extends ArchivePort {
  readonly received: { readonly object: IncomingObject; readonly bytes: Buffer }[];
  readonly queries: ArchiveQuery[];
}

export function fakeArchive(changes: Partial<ArchivePort> = {}): FakeArchive {
  const received: { object: IncomingObject; bytes: Buffer }[] = [];
  const queries: ArchiveQuery[] = [];
  return {
    received,
    queries,
    toolkit: dcmtk367,
    aet: 'ORTHANC',
    isCalledAetChecked: false,
    isAllowed: () => true,
    sender: () => undefined,
    acceptsSyntax: () => true,
    async store(object) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of object.body) chunks.push(Buffer.from(chunk));
      received.push({ object, bytes: Buffer.concat(chunks) });
      return 'stored';
    },
    async find(query) {
      queries.push(query);
      return [];
    },
    retrieve: async () => [],
    checkCommitment: () => undefined,
    reportCommitment: () => false,
    ...changes,
  };
}

export function storedObject(
  bytes: Uint8Array,
  ids: Omit<StoredObject, 'read' | 'transcode'>,
): StoredObject {
  return { ...ids, read: async () => bytes };
}
