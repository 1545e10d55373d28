// Whether a server still has what was saved there, apart from what the server itself puts into it.
import { isDeepStrictEqual } from 'node:util';
import type { FhirResource } from '#core/fhir/r4.ts';
import type { FhirServerKey } from '../servers.ts';

/** Stricter than a server need be: what it leaves out or rewrites counts as a difference. */
export function isSameContent(a: FhirResource, b: FhirResource, server: FhirServerKey): boolean {
  const contentOf = server === 'openemr' ? contentInOpenEmr : content;
  return isDeepStrictEqual(contentOf(a), contentOf(b));
}

/** https://hl7.org/fhir/R4/resource.html#Meta: labels and profiles come from people. */
function content({ meta = {}, ...rest }: FhirResource): unknown {
  const { versionId: _version, lastUpdated: _time, source: _source, ...labels } = meta;
  return { labels, rest };
}

// OpenEMR 7.0.3, FhirPatientService::parseFhirResource: a save writes neither of them. The narrative and
// the extension for the birth sex follow from name and gender.
function contentInOpenEmr(resource: FhirResource): unknown {
  const ofServer = new Set(['meta', 'text', 'extension']);
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !ofServer.has(name)));
}
