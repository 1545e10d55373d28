// The hospital itself: organization, places, staff.
import type {
  Endpoint,
  Location,
  Organization,
  Practitioner,
  PractitionerRole,
} from '#core/fhir/r4.ts';
import { type Chart, hl7Concept, referenceTo } from './chart.ts';
import { displayName, humanNames, koreanMobile, practitionerSeeds } from './people.ts';

export interface Site {
  readonly organization: Organization;
  readonly outpatient: Location;
  readonly ward: Location;
  readonly imaging: Location;
  readonly archive: Endpoint;
  readonly staff: readonly StaffMember[];
}

export interface StaffMember {
  readonly practitioner: Practitioner;
  readonly name: string;
  readonly specialty: string;
}

const identifierBase = 'https://fhir.hospital.com/identifier';

export function addSite(chart: Chart): Site {
  const organization = chart.add<Organization>({
    resourceType: 'Organization',
    id: 'hospital',
    identifier: [{ system: `${identifierBase}/organization`, value: 'H-0001' }],
    active: true,
    type: [hl7Concept('organization-type', 'prov', 'Healthcare Provider')],
    name: '한빛대학교병원',
    alias: ['Hanbit University Hospital'],
    telecom: [{ system: 'phone', value: '02-0000-1234', use: 'work' }],
    address: [
      {
        use: 'work',
        text: '서울특별시 종로구 대학로 101',
        line: ['대학로 101'],
        city: '서울특별시',
        district: '종로구',
        postalCode: '03080',
        country: 'KR',
      },
    ],
  });
  const outpatient = addLocation(
    chart,
    organization,
    'loc-outpatient',
    '외래진료실',
    'OF',
    'Outpatient facility',
  );
  const ward = addLocation(chart, organization, 'loc-ward', '5병동', 'HU', 'Hospital unit');
  const imaging = addLocation(
    chart,
    organization,
    'loc-imaging',
    '영상의학과',
    'RADDX',
    'Radiology diagnostics or therapeutics unit',
  );
  const archive = chart.add<Endpoint>({
    resourceType: 'Endpoint',
    id: 'pacs',
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'dicom-wado-rs',
    },
    name: 'Orthanc DICOMweb',
    managingOrganization: referenceTo(organization),
    payloadType: [{ text: 'DICOM' }],
    payloadMimeType: ['application/dicom'],
    address: 'http://localhost:8042/dicom-web',
  });
  const staff = practitionerSeeds.map((seed) => addStaffMember(chart, organization, seed));
  return { organization, outpatient, ward, imaging, archive, staff };
}

function addLocation(
  chart: Chart,
  organization: Organization,
  id: string,
  name: string,
  code: string,
  display: string,
): Location {
  return chart.add<Location>({
    resourceType: 'Location',
    id,
    status: 'active',
    name,
    mode: 'instance',
    type: [hl7Concept('v3-RoleCode', code, display)],
    managingOrganization: referenceTo(organization),
  });
}

function addStaffMember(
  chart: Chart,
  organization: Organization,
  seed: (typeof practitionerSeeds)[number],
): StaffMember {
  const id = chart.nextId('DR');
  const practitioner = chart.add<Practitioner>({
    resourceType: 'Practitioner',
    id,
    identifier: [{ system: `${identifierBase}/practitioner`, value: id }],
    active: true,
    name: humanNames(seed),
    telecom: [{ system: 'phone', value: koreanMobile(chart.random), use: 'work' }],
    gender: seed.gender,
    birthDate: seed.birthDate,
  });
  chart.add<PractitionerRole>({
    resourceType: 'PractitionerRole',
    id: `${id}-role`,
    active: true,
    practitioner: referenceTo(practitioner, displayName(seed)),
    organization: referenceTo(organization),
    code: [hl7Concept('practitioner-role', 'doctor', 'Doctor')],
    specialty: [{ text: seed.specialty }],
  });
  return { practitioner, name: displayName(seed), specialty: seed.specialty };
}
