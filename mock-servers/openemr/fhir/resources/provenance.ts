// Provenance: derived from another resource; its id is `{type}:{uuid}`
// (src/Services/FHIR/FhirProvenanceService.php).
import type { FhirResource, Provenance } from '#core/fhir/r4.ts';
import { coded, relative, tidy } from '../elements.ts';
import type { FhirContext } from '../service.ts';

/** The facility that is the primary business entity answers for everything. */
export function provenanceOf(resource: FhirResource, context: FhirContext): Provenance[] {
  const facility = context.records.database.get(
    'SELECT uuid FROM facility WHERE primary_business_entity = 1 ORDER BY id',
  );
  const organization = relative('Organization', facility?.['uuid']);
  const target = relative(resource.resourceType, resource.id ?? null);
  if (!organization || !target) return [];
  const agent = (system: string, code: string, display: string) => ({
    type: coded(system, code, display),
    who: organization,
    onBehalfOf: organization,
  });
  return [
    tidy({
      id: `${resource.resourceType}:${resource.id}`,
      resourceType: 'Provenance',
      target: [target],
      recorded: resource.meta?.lastUpdated ?? '',
      agent: [
        agent(
          'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
          'author',
          'Author',
        ),
        agent(
          'http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type',
          'transmitter',
          'Transmitter',
        ),
      ],
    }),
  ];
}
