// While large Bundles come in one after the other V8 lets its young generation grow to 128 MB, for
// garbage that 32 MB hold as well: a third of what the process takes.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const MAX_YOUNG_BYTES = 32 * 1024 * 1024;
/** A body of this size says that resources are being loaded. */
const LARGE_BODY = 64 * 1024;

let isBounded = false;

/** To be told of each body; stops the growth once the young generation is large enough. */
export function boundYoungSpace(bodyLength: number): void {
  if (isBounded || bodyLength < LARGE_BODY) return;
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  if (young === undefined || young.space_size < MAX_YOUNG_BYTES) return;
  isBounded = true;
  // Read whenever V8 would grow it. --max-semi-space-size says it better, but only at the start of a
  // process, which is not always ours to start.
  setFlagsFromString('--semi-space-growth-factor=1');
}
