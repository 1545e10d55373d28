// The memory of what streams deliver. V8 counts it towards its heap: whoever throws thousands of chunks away
// makes it mark the whole heap again and again, only to find out that nobody needs them any more.

/** Gives the memory of a chunk back at once. The chunk, and every view of it, is empty from now on. */
export function releaseChunk({ buffer, byteLength }: Uint8Array): void {
  // A chunk that shares its memory with others must leave it alone.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
