// Files into an archive by C-STORE, as the send workflow wants it. Associations are kept and used again
// for objects of the same kind, never more than there are files under way: Orthanc 1.10 serves four at
// once, and idle ones count. The data sets go out untouched.
import type { InstanceIds } from '../dicom/summary.ts';
import { textElement } from '../dicom/write.ts';
import { orthancIds } from '../orthanc/ids.ts';
import { type Association, openAssociation } from './association.ts';
import {
  find,
  type Peer,
  type StorableObject,
  storableBytes,
  storableFile,
  store,
  storeContext,
} from './scu.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}
type Source = { readonly path: string } | { readonly bytes: Uint8Array };

/** Structural: `Sender` of workflows/send-dicom.ts. `close` releases what is still open. */
export function storeSender(peer: Peer) {
  const idle = new Map<string, Association[]>();

  /** An association in use belongs to one file; a broken one is never put back. */
  async function withAssociation(
    object: StorableObject,
    cancel: Cancel | undefined,
  ): Promise<void> {
    const key = `${object.sopClassUid} ${object.transferSyntax}`;
    const association = takeIdle(idle.get(key)) ?? (await openInstead(object, cancel));
    try {
      await store(association, object);
    } catch (error) {
      // A refusal leaves the association in order; anything else does not
      if (!isRefusal(error)) association.abort();
      throw error;
    } finally {
      if (association.isOpen) idle.set(key, [...(idle.get(key) ?? []), association]);
    }
  }

  /** An idle association of another kind makes room for the new one. */
  async function openInstead(
    object: StorableObject,
    cancel: Cancel | undefined,
  ): Promise<Association> {
    for (const associations of idle.values()) {
      const unused = takeIdle(associations);
      if (unused === undefined) continue;
      await unused.release();
      break;
    }
    return openAssociation({ ...peer, contexts: [storeContext(object)], ...cancel });
  }

  return {
    async send(
      { source, ids }: { readonly source: Source; readonly ids: InstanceIds },
      cancel?: Cancel,
    ) {
      const object =
        'path' in source ? await storableFile(source.path) : storableBytes(source.bytes);
      await withAssociation(object, cancel);
      // C-STORE answers the same for a new and a known instance
      return { status: 'Success' as const, orthancId: orthancIds(ids).instance };
    },
    async locate(ids: InstanceIds, cancel?: Cancel): Promise<string | undefined> {
      const keys = [
        textElement('QueryRetrieveLevel', 'IMAGE'),
        textElement('StudyInstanceUID', ids.studyInstanceUid),
        textElement('SeriesInstanceUID', ids.seriesInstanceUid),
        textElement('SOPInstanceUID', ids.sopInstanceUid),
      ].filter((key) => key !== undefined);
      const found = await find({ ...peer, ...cancel }, keys);
      return found.length === 0 ? undefined : orthancIds(ids).instance;
    },
    async close(): Promise<void> {
      const all = [...idle.values()].flat();
      idle.clear();
      await Promise.all(all.map((association) => association.release()));
    },
  };
}

/** Servers hang up on idle associations: those are passed over. */
function takeIdle(associations: Association[] | undefined): Association | undefined {
  for (;;) {
    const association = associations?.pop();
    if (association === undefined || association.isOpen) return association;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'DIMSE_FAILED';
}
