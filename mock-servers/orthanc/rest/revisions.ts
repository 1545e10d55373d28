// ETags of metadata and attachments. The SQLite index of Orthanc keeps no revisions: everything is read as
// revision 0, though the answer to a PUT over an old value says 1 (seen at 1.10.1; 1.12.7 is taken to be alike).
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';

export function etagOf(md5: string, revision: 0 | 1 = 0): string {
  return `"${revision}-${md5}"`;
}

/** A range that ends behind the last byte. */
export class BeyondEnd extends OrthancError {
  constructor() {
    super('badRange');
  }
}

/** The answer of a GET with its ETag: 304 where If-None-Match has it already. */
export async function tagged(
  call: Call,
  md5: string,
  answer: () => Answer | Promise<Answer>,
): Promise<Answer> {
  const ETag = etagOf(md5);
  try {
    if (names(call, 'If-None-Match', md5)) return { status: 304, headers: { ETag } };
  } catch (error) {
    // Orthanc has set the header by then.
    throw error instanceof OrthancError ? error.with({ ETag }) : error;
  }
  try {
    const usual = await answer();
    return { ...usual, headers: { ETag, ...usual.headers } };
  } catch (error) {
    // Beyond the last byte: seen by then, so that the answer tells its ETag.
    throw error instanceof BeyondEnd ? error.with({ ETag }) : error;
  }
}

/** Only what the writer has seen may be changed, when it says what that is. @throws OrthancError 409 */
export function requireMatch(call: Call, md5: string): void {
  if (names(call, 'if-match', md5) === false) throw new OrthancError('revision');
}

/** Undefined without the header. @throws OrthancError for one that is no ETag */
function names(call: Call, header: string, md5: string): boolean | undefined {
  const value = call.headers[header.toLowerCase()];
  if (value === undefined) return undefined;
  const text = String(value).trim();
  const bare = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (/^\d+-./.test(bare)) return bare === `0-${md5}`;
  throw new OrthancError(
    'outOfRange',
    `The "${header}" HTTP header should contain the ETag (revision followed by MD5 hash), but found: ${bare}`,
  );
}
