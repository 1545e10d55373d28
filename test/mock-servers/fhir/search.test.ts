// Search as R4 describes it, on a few resources made for each rule.
import assert from 'node:assert/strict';
import { type FhirServer, matchIds, startFhir } from './fhir-server.ts';
import { observation, searchSamples } from './search-samples.ts';

/** query, expected ids */
const searches: readonly [string, string][] = [
  // string
  ['Patient?name=mull', 'ann'],
  ['Patient?name=MÜLLER', 'ann'],
  ['Patient?family:exact=Müller', 'ann'],
  ['Patient?family:exact=müller', ''],
  ['Patient?name:contains=rie', 'bob'],
  ['Patient?family=O%5C,Brien', 'bob'],
  ['Patient?family=mull,홍', 'ann cat'],
  // token
  ['Observation?code=1-1', 'o1 o2'],
  ['Observation?code=http://loinc.org%7C1-1', 'o1 o2'],
  ['Observation?code=%7C8480-6', ''],
  ['Observation?component-code=%7C8480-6', 'o3 o4'],
  ['Observation?code=http://loinc.org%7C', 'o1 o2 o3 o4'],
  ['Observation?code:not=1-1', 'o3 o4'],
  ['Observation?code:text=gluk', 'o1 o2'],
  ['Observation?code:text=first', 'o1 o2'],
  ['Observation?status=http://hl7.org/fhir/observation-status%7Cfinal', 'o1 o2 o3 o4'],
  // A code has the one system of its value set.
  ['Observation?status=http://hl7.org/fhir/observation-status%7C', 'o1 o2 o3 o4'],
  ['Observation?status=http://e.org/other%7Cfinal', ''],
  ['Observation?status:not=http://e.org/other%7Cfinal', 'o1 o2 o3 o4'],
  ['Observation?code:not=1-1,85354-9', ''],
  ['Patient?deceased=true', 'bob'],
  ['Patient?deceased=false', 'ann cat'],
  // reference
  ['Observation?subject=Patient/ann', 'o1'],
  ['Observation?subject=ann', 'o1'],
  ['Observation?subject:Patient=ann', 'o1'],
  ['Observation?subject:Group=ann', ''],
  ['Observation?subject:Group=Patient/ann', ''],
  ['Observation?subject:Patient=http://other.org/fhir/Patient/ann', 'o4'],
  ['Observation?subject=http://other.org/fhir/Patient/ann', 'o4'],
  ['Observation?subject:identifier=http://e.org/mrn%7C77', 'o3'],
  ['Observation?patient=ann,bob', 'o1 o2'],
  // date
  ['Patient?birthdate=1980', 'ann'],
  ['Patient?birthdate=1980-05', 'ann'],
  ['Patient?birthdate=ne1980-05-01', 'bob'],
  ['Patient?birthdate=gt1985', 'bob'],
  ['Patient?birthdate=le1990-06', 'ann bob'],
  ['Observation?date=2025-01-01T01:30:00Z', 'o1'],
  ['Observation?date=sa2025-01-15', 'o2'],
  ['Observation?date=eb2025-02-01', 'o1'],
  ['Observation?date=ge2025-02-05', 'o2'],
  ['Observation?date=2025-02', 'o2'],
  ['Encounter?date=gt2030', 'enc'],
  ['Encounter?date=lt2024', ''],
  ['Patient?birthdate=ap1988', 'bob'],
  // number and quantity
  ['RiskAssessment?probability=gt0.75', 'risk'],
  ['RiskAssessment?probability=0.8', 'risk'],
  ['RiskAssessment?probability=8e-1', 'risk'],
  ['RiskAssessment?probability=lt0.8', ''],
  ['Observation?value-quantity=5.4', 'o1'],
  // As precise as it is written: 5 is 4.5 to 5.5, 5.0 is 4.95 to 5.05.
  ['Observation?value-quantity=5', 'o1'],
  ['Observation?value-quantity=5.0', ''],
  ['Observation?value-quantity=5.4%7Chttp://unitsofmeasure.org%7Cmg', 'o1'],
  ['Observation?value-quantity=5.4%7C%7Cmg', 'o1'],
  ['Observation?value-quantity=gt5%7C%7Ckg', ''],
  ['Observation?component-value-quantity=ge150', 'o3 o4'],
  // uri
  ['ValueSet?url=http://e.org/ValueSet/a/b', 'vs'],
  ['ValueSet?url=http://e.org/ValueSet/a', ''],
  ['ValueSet?url:below=http://e.org/ValueSet', 'vs'],
  ['ValueSet?url:above=http://e.org/ValueSet/a/b/c', 'vs'],
  // composite: both parts of the same component
  ['Observation?component-code-value-quantity=8480-6$gt140', 'o3'],
  ['Observation?component-code-value-quantity=8462-4$gt140', 'o4'],
  ['Observation?code-value-quantity=http://loinc.org%7C1-1$5.4', 'o1'],
  ['Observation?code-value-string=1-1$high', 'o2'],
  ['DocumentReference?relationship=DocumentReference/old$replaces', 'new'],
  ['DocumentReference?relationship=DocumentReference/old$signs', ''],
  ['DocumentReference?relationship=http://other.org/fhir/DocumentReference/a$signs', 'new'],
  // special
  ['Location?near=37.5%7C127.0%7C30%7Ckm', 'seoul'],
  ['Location?near=36%7C128%7C400%7Ckm', 'seoul busan'],
  // missing
  ['Patient?birthdate:missing=true', 'cat'],
  ['Patient?general-practitioner:missing=false', 'ann'],
  // chains and reverse chains
  ['Observation?subject:Patient.name=mull', 'o1'],
  ['Observation?subject.name=mull', 'o1'],
  ['Observation?patient.general-practitioner.name=house', 'o1'],
  ['Observation?encounter.patient.organization.name=clin', 'o1'],
  ['Observation?subject:Patient.birthdate=gt1985', 'o2'],
  ['Patient?_has:Observation:patient:code=1-1', 'ann bob'],
  ['Patient?_has:Observation:patient:value-quantity=gt5', 'ann'],
  ['Patient?_has:Encounter:patient:_has:Observation:encounter:code=1-1', 'ann'],
  ['Practitioner?_has:Patient:general-practitioner:name=mull', 'dr'],
  ['Patient?_has:Observation:patient:encounter:Encounter.status=finished', 'ann'],
  ['Patient?_has:Observation:patient:code:not=1-1', ''],
  ['Observation?subject:Patient._has:Encounter:patient:status=finished', 'o1'],
  ['Observation?subject._has:Encounter:patient:status=finished', 'o1'],
  // common
  ['Patient?_id=ann,cat', 'ann cat'],
  ['Patient?_id:not=ann', 'bob cat'],
  ['Patient?_lastUpdated=ge2026-01-15', 'ann bob cat'],
  ['Patient?_lastUpdated=lt2026-01-15', ''],
  ['Patient?name=mull&birthdate=1980&_id=ann', 'ann'],
  ['Patient/ann/Observation?code=1-1', 'o1'],
  ['Encounter/enc/Observation', 'o1'],
  ['?_type=Patient,Observation&_id=ann,o1', 'ann o1'],
  ['?_type=Patient&_type=Observation,Patient&_id=ann,o1', 'ann o1'],
];

const refusals: readonly [string, RegExp][] = [
  ['Patient?nothing=1', /"nothing".*Valid search parameters/],
  ['Patient?birthdate=yesterday', /birthdate/],
  ['Patient?birthdate=2025-02-30', /birthdate/],
  ['Patient?name:fuzzy=x', /:fuzzy.*"name"/],
  ['Observation?code:in=http://e.org/vs', /:in.*"code"/],
  ['Observation?value-quantity=much', /value-quantity/],
  ['Observation?code-value-quantity=1-1', /code-value-quantity/],
  ['Observation?subject:Foo=x', /:Foo.*"subject"/],
  ['Observation?code.name=x', /"code" is not a reference/],
  ['Observation?subject.nothing=x', /nothing/],
  ['Patient?_has:Observation:x=1', /_has/],
  ['Patient?_has:Observation:code:x=1', /not a reference/],
  ['Patient?birthdate:missing=maybe', /missing/],
  ['Patient?_sort=nothing', /nothing/],
  ['Patient?_sort:desc=birthdate', /"_sort:desc"/],
  ['Patient?_include=Patient:name', /"name" of Patient is not a reference/],
  ['Patient?_text=x', /"_text"/],
  ['Patient?_content=x', /"_content"/],
  ['Patient?_filter=name eq x', /"_filter"/],
  ['Patient?_list=x', /"_list"/],
  ['Patient?_query=x', /"_query"/],
  ['Patient?identifier:of-type=a%7Cb%7Cc', /:of-type/],
  ['Observation?code:above=1-1', /:above/],
  ['Observation?code:below=1-1', /:below/],
  ['Observation?code:not-in=http://e.org/vs', /:not-in/],
  [`Encounter?${'part-of.'.repeat(30)}status=finished`, /chain/],
  ['Patient?_count=many', /_count/],
  ['Patient?_summary=some', /_summary/],
  ['Patient?_include=Patient', /_include/],
  ['Patient?_include=Patient:nothing', /nothing/],
  ['Patient?_contained=true', /_contained/],
  ['Location?near=here', /near/],
  ['Patient/ann/Location', /compartment/],
];

describe('FHIR mock: search', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('empty');
    for (const resource of searchSamples) {
      const { status, text } = await server.send(
        'PUT',
        `/${resource.resourceType}/${resource.id}`,
        resource,
      );
      assert.equal(status, 201, text);
      server.nowMs += 1000;
    }
  });
  after(() => server.close());

  for (const [search, expected] of searches) {
    it(`${search} finds ${expected || 'nothing'}`, async () => {
      const answer = await server.get(search.startsWith('?') ? search : `/${search}`);

      assert.equal(answer.status, 200, answer.text);
      assert.equal(matchIds(answer).join(' '), expected);
      assert.equal(answer.body.total, expected === '' ? 0 : expected.split(' ').length);
    });
  }

  for (const [search, reason] of refusals) {
    it(`${search} is refused and says why`, async () => {
      const { status, body } = await server.get(`/${search}`);

      assert.ok(status === 400 || status === 404, String(status));
      assert.match(body.issue[0].diagnostics, reason);
    });
  }

  it('takes the parameters of a POST from URL and form', async () => {
    const { body } = await server.send('POST', '/Patient/_search?birthdate=1980', 'name=mull', {
      'content-type': 'application/x-www-form-urlencoded',
    });

    assert.equal(body.total, 1);
  });

  const sorts: readonly [string, string][] = [
    ['birthdate', 'ann bob cat'],
    ['-birthdate', 'bob ann cat'],
    ['family', 'ann bob cat'],
    ['-_lastUpdated', 'cat bob ann'],
    ['-_id', 'cat bob ann'],
    ['organization,-family', 'ann cat bob'],
  ];
  for (const [sort, expected] of sorts) {
    it(`_sort=${sort} gives ${expected}; without a value comes last`, async () => {
      assert.equal(matchIds(await server.get(`/Patient?_sort=${sort}`)).join(' '), expected);
    });
  }

  const includes: readonly [string, string][] = [
    ['Observation?_id=o1&_include=Observation:subject', 'Patient/ann'],
    ['Observation?_id=o1&_include=Observation:subject:Group', ''],
    [
      'Observation?_id=o1&_include=Observation:subject&_include:iterate=Patient:organization',
      'Organization/org Patient/ann',
    ],
    ['Observation?_id=o1&_include=Observation:*', 'Encounter/enc Patient/ann'],
    ['Observation?_id=o1&_include=*', 'Encounter/enc Patient/ann'],
    ['Patient?_id=ann&_revinclude=Observation:subject', 'Observation/o1'],
    [
      'Practitioner?_id=dr&_revinclude=Patient:general-practitioner&_revinclude:iterate=Encounter:subject',
      'Encounter/enc Patient/ann',
    ],
  ];
  for (const [search, expected] of includes) {
    it(`${search} includes ${expected || 'nothing'}`, async () => {
      const { body } = await server.get(`/${search}`);
      const included = body.entry
        .filter((entry: { search: { mode: string } }) => entry.search.mode === 'include')
        .map(
          (entry: { resource: { resourceType: string; id: string } }) =>
            `${entry.resource.resourceType}/${entry.resource.id}`,
        );

      assert.equal(body.total, 1);
      assert.equal(included.toSorted().join(' '), expected);
    });
  }

  it('searches over types in one order, and refuses an order that only some have', async () => {
    const search = (sort: string) =>
      server.get(`?_type=Patient,Location,Organization&_sort=${sort}`);

    assert.deepEqual(matchIds(await search('_id')), ['ann', 'bob', 'busan', 'cat', 'org', 'seoul']);
    assert.deepEqual(matchIds(await search('-_lastUpdated'))[0], 'busan');
    assert.equal((await search('name')).status, 400);
  });

  it('_total=none leaves the total out, _summary=count gives nothing else', async () => {
    const none = await server.get('/Patient?_total=none');
    const count = await server.get('/Patient?_summary=count');

    assert.equal(none.body.total, undefined);
    assert.equal(count.body.total, 3);
    assert.equal(count.body.entry, undefined);
  });

  it('pages neither repeat nor lose a match while data changes', async () => {
    const first = await server.get('/Observation?_count=2&_sort=-_lastUpdated');
    await server.send('PUT', '/Observation/new', observation('new'));
    await server.send('DELETE', '/Observation/o4');
    const next = first.body.link.find((link: { relation: string }) => link.relation === 'next').url;
    const second = await server.get(next);

    assert.deepEqual([...matchIds(first), ...matchIds(second)], ['o4', 'o3', 'o2', 'o1']);
  });

  it('takes thousands of values, and says so when they are too many', async () => {
    const search = (type: string, query: string) =>
      server.send('POST', `/${type}/_search`, query, {
        'content-type': 'application/x-www-form-urlencoded',
      });
    const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
    const names = await search('Patient', `name=${values(3000)},mull`);
    const ids = await search('Patient', `_id=${values(3000)},ann`);
    const subjects = await search('Observation', `subject=${values(3000)},ann`);
    const tooMany = await search('Patient', `_id=${values(40_000)}`);

    assert.deepEqual([names, ids, subjects].map(matchIds), [['ann'], ['ann'], ['o1']]);
    assert.equal(tooMany.status, 400);
    assert.equal(tooMany.body.issue[0].code, 'too-costly');
  });

  it('a page of a forgotten search is 410', async () => {
    assert.equal((await server.get('?_getpages=forgotten&_getpagesoffset=2')).status, 410);
  });
});
