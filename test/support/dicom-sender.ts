// An archive for tests of sending: remembers what reached it, sends nothing anywhere.
import type { Sender } from '#core/workflows/send-dicom.ts';

export function aSender(changes: Partial<Sender> = {}) {
  /** How often each SOPInstanceUID arrived. */
  const stored = new Map<string, number>();
  const sender: Sender = {
    send: async ({ ids }) => {
      const times = stored.get(ids.sopInstanceUid) ?? 0;
      stored.set(ids.sopInstanceUid, times + 1);
      return { status: times === 0 ? 'Success' : 'AlreadyStored', orthancId: `id-${stored.size}` };
    },
    locate: async ({ sopInstanceUid }) => (stored.has(sopInstanceUid) ? 'located' : undefined),
    ...changes,
  };
  return { sender, stored };
}
