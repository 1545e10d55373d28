import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createFhirClient } from '#core/fhir/client.ts';
import type { Bundle, FhirResource, Patient } from '#core/fhir/r4.ts';
import { fakeHttp, scriptedHttp } from '#test/support/fake-http.ts';

const baseUrl = 'http://server.test/fhir';
const patient = (id: string): Patient => ({ resourceType: 'Patient', id });
const searchset = (ids: readonly string[], next?: string): Bundle<FhirResource> => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: ids.map((id) => ({ resource: patient(id), search: { mode: 'match' } })),
  ...(next === undefined ? {} : { link: [{ relation: 'next', url: next }] }),
});

async function idsOf(resources: AsyncIterable<FhirResource>): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const { id } of resources) ids.push(id);
  return ids;
}

describe('searchPage', () => {
  it('tells matches from what was brought along and from remarks of the server', async () => {
    const group = { resourceType: 'Group', type: 'person', actual: true } as const;
    const remark = { resourceType: 'OperationOutcome', issue: [] } as const;
    const other = { ...patient('p2') };
    const body = {
      ...searchset(['p1'], `${baseUrl}?page=2`),
      total: 9,
      entry: [
        { resource: patient('p1'), search: { mode: 'match' } },
        { resource: other, search: { mode: 'include' } },
        { resource: group, search: { mode: 'include' } },
        { resource: remark, search: { mode: 'outcome' } },
        { fullUrl: 'without a resource' },
      ],
    };
    const http = fakeHttp({ body });

    const page = await createFhirClient({ http, baseUrl }).searchPage('Patient', {
      name: 'Kim & 김',
      birthdate: ['ge1980', 'lt1990'],
      active: true,
      gender: undefined,
      city: '',
    });

    assert.deepEqual(page, {
      matches: [patient('p1')],
      included: [other, group],
      outcomes: [remark],
      total: 9,
      nextUrl: `${baseUrl}?page=2`,
    });
    const { pathname, searchParams } = new URL(http.requests[0]?.url ?? '');
    assert.equal(pathname, '/fhir/Patient');
    assert.deepEqual(
      [...searchParams],
      [
        ['name', 'Kim & 김'],
        ['birthdate', 'ge1980'],
        ['birthdate', 'lt1990'],
        ['active', 'true'],
      ],
    );
  });

  it('reads the collection of OpenEMR, which has no modes, and the empty one, which has no entry', async () => {
    const openemr = {
      meta: { lastUpdated: '2026-01-14T09:13:51' },
      resourceType: 'Bundle',
      type: 'collection',
      total: 2,
      link: [{ relation: 'self', url: `${baseUrl}/Patient` }],
      entry: [{ resource: patient('p1') }, { resource: { resourceType: 'Provenance', id: 'x' } }],
    };
    const http = fakeHttp({ body: openemr }, { body: { resourceType: 'Bundle', total: 0 } });
    const fhir = createFhirClient({ http, baseUrl });

    const full = await fhir.searchPage('Patient');
    const empty = await fhir.searchPage('Patient');

    assert.deepEqual(
      [full.matches.length, full.included.length, full.total, full.nextUrl],
      [1, 1, 2, undefined],
    );
    assert.deepEqual([empty.matches, empty.total], [[], 0]);
    assert.equal(http.requests[0]?.url, `${baseUrl}/Patient`);
  });

  it('refuses what is no Bundle', async () => {
    const http = fakeHttp({ body: { resourceType: 'Bundle', entry: [{ resource: 'x' }] } });

    await assert.rejects(createFhirClient({ http, baseUrl }).searchPage('Patient'), {
      code: 'FHIR_BAD_ANSWER',
    });
  });
});

describe('search', () => {
  it('follows the pages as they are consumed, and no further', async () => {
    const http = fakeHttp({ body: searchset(['a', 'b'], `${baseUrl}?p=2`) });

    for await (const { id } of createFhirClient({ http, baseUrl }).search('Patient')) {
      if (id === 'b') break;
    }

    assert.equal(http.requests.length, 1);
  });

  it('never leaves the host the user pointed at, so that no token does', async () => {
    const http = fakeHttp(
      { body: searchset(['a'], 'http://hapi.inner:8080/fhir?_getpages=1&_x=2') },
      { body: searchset(['b'], '?_getpages=1&_x=4') },
      { body: searchset(['c']) },
    );

    const ids = await idsOf(createFhirClient({ http, baseUrl }).search('Patient'));

    assert.deepEqual(ids, ['a', 'b', 'c']);
    assert.deepEqual(
      http.requests.slice(1).map(({ url }) => url),
      [`${baseUrl}?_getpages=1&_x=2`, `${baseUrl}/?_getpages=1&_x=4`],
    );
  });

  it('stops a server that links its pages in a circle', async () => {
    const http = scriptedHttp(() => ({ body: searchset(['a'], `${baseUrl}?p=2`) }));

    await assert.rejects(idsOf(createFhirClient({ http, baseUrl }).search('Patient')), {
      code: 'FHIR_BAD_ANSWER',
    });
    assert.equal(http.requests.length, 2);
  });

  it('refuses a next link that is no address', async () => {
    const http = fakeHttp({ body: searchset(['a'], 'http://[') });

    await assert.rejects(idsOf(createFhirClient({ http, baseUrl }).search('Patient')), {
      code: 'FHIR_BAD_ANSWER',
    });
  });

  it('yields every match once and in order, however the server cuts its pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.uuid(), { maxLength: 4 }), { minLength: 1 }),
        async (pages) => {
          const http = scriptedHttp(({ url }) => {
            const number = Number(new URL(url).searchParams.get('p') ?? 0);
            const next = number + 1 < pages.length ? `${baseUrl}?p=${number + 1}` : undefined;
            return { body: searchset(pages[number] ?? [], next) };
          });

          const ids = await idsOf(createFhirClient({ http, baseUrl }).search('Patient'));

          assert.deepEqual(ids, pages.flat());
          assert.equal(http.requests.length, pages.length);
        },
      ),
      { numRuns: 30 },
    );
  });
});
