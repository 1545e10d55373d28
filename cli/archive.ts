import { WorkbenchError } from '#core/errors.ts';
import { createOrthancClient, type OrthancClient } from '#core/orthanc/client.ts';
import { type Level, resourceTypes } from '#core/orthanc/wire.ts';
import { text } from '#core/text.ts';
import { openHttp, type TrustFlags } from './http.ts';
import type { Terminal } from './terminal.ts';

export interface ArchiveFlags extends TrustFlags {
  readonly orthanc?: string;
  readonly orthancUser?: string;
}

export function archiveUrl({ orthanc }: ArchiveFlags, { environment }: Terminal): string {
  return orthanc ?? environment['ORTHANC_URL'] ?? 'http://127.0.0.1:8042';
}

/** Opens an Orthanc client for one piece of work and closes its sockets afterwards. */
export async function withArchive<T>(
  flags: ArchiveFlags,
  terminal: Terminal,
  work: (orthanc: OrthancClient) => Promise<T>,
): Promise<T> {
  const http = await openHttp(flags, terminal);
  const username = flags.orthancUser ?? terminal.environment['ORTHANC_USER'];
  const password = terminal.environment['ORTHANC_PASSWORD'] ?? '';
  try {
    const baseUrl = archiveUrl(flags, terminal);
    const credentials = username === undefined ? undefined : { username, password };
    return await work(createOrthancClient({ http, baseUrl, ...(credentials && { credentials }) }));
  } finally {
    await http.close();
  }
}

/** @throws WorkbenchError `SETTINGS_INVALID` */
export function parseLevel(word: string): Level {
  const levels = Object.keys(resourceTypes) as Level[];
  const level = levels.find((known) => known === word);
  if (level !== undefined) return level;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('"{value}" is not possible here. Choose one of: {words}.', {
      value: word,
      words: levels.join(', '),
    }),
  );
}
