// Encounter (src/Services/FHIR/FhirEncounterService.php): always finished, always a check-up.
import type { Encounter } from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import { atom, coded, relative, resourceHead, systems, tidy, unknownConcept } from '../elements.ts';
import { datetime, type FhirService, id, reference } from '../service.ts';

export const encounterService: FhirService = {
  type: 'Encounter',
  inPatientCompartment: true,
  parameters: {
    _id: id(),
    patient: reference('puuid'),
    date: datetime('date'),
    _lastUpdated: datetime('last_update'),
  },
  sources: [
    {
      sql: `SELECT e.uuid, e.date, e.reason, e.class_code, e.last_update, p.uuid AS puuid,
          class.notes AS class_title, u.uuid AS provider_uuid, f.uuid AS facility_uuid,
          place.uuid AS location_uuid
        FROM form_encounter e
        JOIN patient_data p ON p.pid = e.pid
        LEFT JOIN list_options class
          ON class.list_id = '_ActEncounterCode' AND class.option_id = e.class_code
        LEFT JOIN users u ON u.id = e.provider_id AND ifnull(u.npi, '') <> ''
        LEFT JOIN facility f ON f.id = e.facility_id
        LEFT JOIN uuid_mapping place ON place.target_uuid = f.uuid AND place.resource = 'Location'
        ORDER BY e.encounter DESC`,
      toResource: toEncounter,
    },
  ],
};

function toEncounter(row: Row): Encounter {
  const start = atom(row['date']);
  const practitioner = relative('Practitioner', row['provider_uuid']);
  const location = relative('Location', row['location_uuid']);
  const period = start ? { start } : undefined;
  const reason = String(row['reason'] ?? '').trim();
  return tidy({
    ...resourceHead(row, 'last_update'),
    resourceType: 'Encounter',
    identifier: [{ system: 'urn:ietf:rfc:3986', value: String(row['uuid']) }],
    status: 'finished',
    class: classOf(row),
    type: [coded(systems.snomed, '185349003', 'Encounter for check up (procedure)')],
    subject: relative('Patient', row['puuid']),
    participant: practitioner
      ? [
          {
            type: [
              coded(
                'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
                'PPRF',
                'Primary Performer',
              ),
            ],
            period,
            individual: practitioner,
          },
        ]
      : [],
    period,
    reasonCode: reason === '' ? [] : [{ text: reason }],
    location: location ? [{ location }] : [],
    serviceProvider: relative('Organization', row['facility_uuid']),
  } as Encounter);
}

function classOf(row: Row): Encounter['class'] {
  if (!row['class_code']) return unknownConcept.coding?.[0] ?? {};
  return {
    system: systems.actCode,
    code: String(row['class_code']),
    ...(row['class_title'] ? { display: String(row['class_title']) } : {}),
  };
}
