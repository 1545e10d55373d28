// Every row of the route list of real OpenEMR (182 routes of 7.0.0 to 8.0.0): it answers in the profile
// that has it and is unknown in the other.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fhirRoutes } from '#mock-servers/openemr/fhir/routes.ts';
import type { ProfileVersion } from '#mock-servers/openemr/profiles.ts';
import type { ApiRoute } from '#mock-servers/openemr/rest/api-route.ts';
import { portalRoutes } from '#mock-servers/openemr/rest/portal-routes.ts';
import { restRoutes } from '#mock-servers/openemr/rest/routes.ts';
import { openWorld, type World } from '../records/world.ts';

const factsFile = new URL('../../../../../shared/facts/openemr-routes.tsv', import.meta.url);
const ours: readonly ApiRoute[] = [...restRoutes, ...portalRoutes, ...fhirRoutes];
// Served by the sign-in half, beside discovery.
const elsewhere = 'GET /fhir/.well-known/smart-configuration';

/** Paths of 7.0.2 and before, gone in 7.0.3: another route of the same shape, or none, answers. */
const removed = ['/fhir/Document/7/Binary'];

const uuid = '9d1e0000-0000-4000-8000-000000000000';
const filled = (path: string) =>
  path
    .replace(/:\w*(uuid|id)\b/g, (name) => (name.endsWith('uuid') ? uuid : '1'))
    .replace(/:\w+/g, 'x');

const readOnlyTypes =
  'Encounter Observation DiagnosticReport MedicationRequest Condition Procedure ServiceRequest ImagingStudy'.split(
    ' ',
  );

const unknownRouteBody = {
  '7.0.3': '',
  '7.0.4': '{"error":"An error occurred","message":"Route not found","code":0}',
} as const;

describe('OpenEMR route tables', () => {
  it('hold 92 standard, 5 portal and 80 FHIR routes, 67 of them in 7.0.3', () => {
    const older = fhirRoutes.filter((route) => !route.isNew);

    assert.deepEqual(
      [restRoutes.length, portalRoutes.length, fhirRoutes.length + 1, older.length + 1],
      [92, 5, 80, 67],
    );
  });

  it('agree with the route list of the real server in path, version and permission', function () {
    if (!existsSync(factsFile)) {
      console.warn('SKIPPED: ../shared/facts/openemr-routes.tsv is not here; nothing was compared');
      this.skip();
    }
    const listed = readFileSync(factsFile, 'utf8').trim().split('\n').slice(1);
    assert.equal(listed.length, 182);
    const expected = listed
      .map((line) => line.split('\t'))
      .filter(([, , , , , in703, in704]) => in703 === 'x' || in704 === 'x')
      .map(([method, path, acl, , , in703]) =>
        [method, path, acl === '-' ? '' : acl, in703 === 'x' ? '7.0.3' : '7.0.4'].join(' '),
      );
    const actual = ours.map(({ method, path, acl, isNew }) =>
      [method, path, acl ?? '', isNew ? '7.0.4' : '7.0.3'].join(' '),
    );

    assert.deepEqual([...actual, `${elsewhere}  7.0.3`].toSorted(), expected.toSorted());
  });

  for (const version of ['7.0.3', '7.0.4'] as const) describeVersion(version);
});

function describeVersion(version: ProfileVersion): void {
  describe(`OpenEMR routes in ${version}`, () => {
    let world: World;
    before(async () => {
      world = await openWorld({ version });
    });
    after(() => world.close());

    for (const route of ours) itAnswers(route, version, () => world);

    for (const path of [...removed, '/api/nothing', '/fhir/ImagingStudy', '/fhir/Patient/x/y']) {
      it(`does not know ${path}`, async () => {
        const { status, text } = await world.call('GET', path);

        assert.equal(status, 404);
        assert.equal(text, unknownRouteBody[version]);
      });
    }

    for (const type of readOnlyTypes) {
      it(`does not create or update ${type}`, async () => {
        const body = { resourceType: type };
        const created = await world.call('POST', `/fhir/${type}`, { body });
        const updated = await world.call('PUT', `/fhir/${type}/${uuid}`, { body });

        assert.deepEqual([created.status, updated.status], [404, 404]);
        assert.equal(created.text, unknownRouteBody[version]);
      });
    }
  });
}

function itAnswers(route: ApiRoute, version: ProfileVersion, world: () => World): void {
  const { method, path, isNew } = route;
  const isServed = version === '7.0.4' || !isNew;
  it(`${isServed ? 'answers' : 'does not know'} ${method} ${path}`, async () => {
    const as = path.startsWith('/portal') ? portalPatient(world()) : {};
    const { status, text } = await world().call(method, filled(path), { as });

    if (!isServed) assert.deepEqual([status, text], [404, '']);
    else assert.ok(isKnownRoute(status, text, version), `${status} ${text.slice(0, 80)}`);
  });
}

// A known route answers an empty result with 404 too, but with a body: only the bare family of 7.0.4
// has none, and there an unknown route has one.
function isKnownRoute(status: number, text: string, version: ProfileVersion): boolean {
  if (status === 404) return text !== unknownRouteBody[version];
  return [200, 201, 202, 400].includes(status);
}

function portalPatient(world: World) {
  const [patient] = world.data.accounts.searchPatients('', 1);
  return {
    role: 'patient' as const,
    patientUuid: patient?.uuid ?? '',
    scopes: new Set(['patient/patient.read', 'patient/encounter.read', 'patient/appointment.read']),
  };
}
