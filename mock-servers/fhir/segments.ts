// The parts of a path, of a request or of an entry of a Bundle.
import { refuse } from './outcome.ts';

/** @throws FhirError 400 */
export function segmentsOf(path: string): string[] {
  return path.split('/').filter(Boolean).map(decodeSegment);
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError)
      throw refuse(400, 'The path is not correctly percent-encoded.', 'invalid');
    throw error;
  }
}
