/**
 * Text from servers and files for a terminal, which must not obey what stands in it: control characters,
 * and those that turn the direction of the words around them.
 */
export function printable(words: string): string {
  return words.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
