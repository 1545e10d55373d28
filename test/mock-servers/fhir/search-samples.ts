// A few resources, each made for a rule of the search.

export const observation = (id: string, content: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: {
    coding: [{ system: 'http://loinc.org', code: '1-1', display: 'First test' }],
    text: 'Glukose',
  },
  ...content,
});
const bloodPressure = (systolic: number, diastolic: number) => ({
  code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
  component: [
    { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: systolic, unit: 'mm[Hg]' } },
    { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: diastolic, unit: 'mm[Hg]' } },
  ],
});

export const searchSamples = [
  { resourceType: 'Organization', id: 'org', name: 'Clinic' },
  { resourceType: 'Practitioner', id: 'dr', name: [{ family: 'House' }] },
  {
    resourceType: 'Patient',
    id: 'ann',
    name: [{ family: 'Müller', given: ['Ann'] }],
    birthDate: '1980-05-01',
    generalPractitioner: [{ reference: 'Practitioner/dr' }],
    managingOrganization: { reference: 'Organization/org' },
    deceasedBoolean: false,
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    name: [{ family: 'O,Brien' }],
    birthDate: '1990',
    deceasedDateTime: '2020-01-01',
  },
  { resourceType: 'Patient', id: 'cat', name: [{ family: '홍', given: ['길동'] }] },
  {
    resourceType: 'Encounter',
    id: 'enc',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/ann' },
    period: { start: '2025-01-01T08:00:00Z' },
  },
  observation('o1', {
    subject: { reference: 'Patient/ann' },
    encounter: { reference: 'Encounter/enc' },
    valueQuantity: { value: 5.4, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' },
    effectiveDateTime: '2025-01-01T10:30:00+09:00',
  }),
  observation('o2', {
    subject: { reference: 'Patient/bob' },
    valueString: 'High',
    effectivePeriod: { start: '2025-02-01', end: '2025-02-10' },
  }),
  observation('o3', {
    ...bloodPressure(150, 80),
    subject: { identifier: { system: 'http://e.org/mrn', value: '77' } },
  }),
  observation('o4', {
    ...bloodPressure(120, 150),
    subject: { reference: 'http://other.org/fhir/Patient/ann' },
  }),
  {
    resourceType: 'Location',
    id: 'seoul',
    name: 'Seoul',
    position: { latitude: 37.5665, longitude: 126.978 },
  },
  {
    resourceType: 'Location',
    id: 'busan',
    name: 'Busan',
    position: { latitude: 35.1796, longitude: 129.0756 },
  },
  {
    resourceType: 'RiskAssessment',
    id: 'risk',
    status: 'final',
    subject: { reference: 'Patient/ann' },
    prediction: [{ probabilityDecimal: 0.8 }],
  },
  {
    resourceType: 'DocumentReference',
    id: 'new',
    status: 'current',
    content: [{ attachment: { url: 'http://e.org/new.pdf' } }],
    relatesTo: [
      { code: 'replaces', target: { reference: 'DocumentReference/old' } },
      { code: 'signs', target: { reference: 'http://other.org/fhir/DocumentReference/a' } },
    ],
  },
  { resourceType: 'ValueSet', id: 'vs', status: 'active', url: 'http://e.org/ValueSet/a/b' },
];
