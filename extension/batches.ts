// What makes an interrupted sending go on where it stopped: one journal for each selection and archive, kept
// until all of it was sent. Sent again later, on purpose, the same selection starts anew.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchJournal } from '#core/workflows/send-dicom-journal.ts';
import type { LoadClients } from './platform/load-clients.ts';

export interface Batch {
  readonly journal: BatchJournal;
  /** @param isWhole - nothing is left to go on with */
  close(isWhole: boolean): Promise<void>;
}

export interface Batches {
  isInterrupted(inputs: readonly string[], target: string): boolean;
  /** @throws WorkbenchError `FILE_UNWRITABLE` */
  open(
    inputs: readonly string[],
    target: string,
    options: { readonly isContinued: boolean },
  ): Promise<Batch>;
}

export function createBatches(folder: string, load: LoadClients): Batches {
  const pathOf = (inputs: readonly string[], target: string) => {
    const hash = createHash('sha256').update(JSON.stringify([target, ...inputs]));
    return join(folder, `${hash.digest('hex').slice(0, 32)}.jsonl`);
  };
  return {
    isInterrupted: (inputs, target) => existsSync(pathOf(inputs, target)),
    async open(inputs, target, { isContinued }) {
      const path = pathOf(inputs, target);
      await mkdir(folder, { recursive: true });
      if (!isContinued) await rm(path, { force: true });
      const journal = await load().openJournal(path, target);
      return {
        journal,
        async close(isWhole) {
          await journal.close();
          if (isWhole) await rm(path, { force: true });
        },
      };
    },
  };
}
