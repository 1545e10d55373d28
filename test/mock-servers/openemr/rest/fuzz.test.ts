// Whatever a client sends to the standard API and to FHIR: no crash, no status that OpenEMR would not
// give there, and every body is what its content type says.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fhirRoutes } from '#mock-servers/openemr/fhir/routes.ts';
import { services } from '#mock-servers/openemr/fhir/services.ts';
import { phpJson } from '#mock-servers/openemr/php-json.ts';
import { type ProfileVersion, profiles } from '#mock-servers/openemr/profiles.ts';
import { openRecords } from '#mock-servers/openemr/records/records.ts';
import { importHospital } from '#mock-servers/openemr/records/seed/import-hospital.ts';
import { installOffice } from '#mock-servers/openemr/records/seed/office.ts';
import { ApiRefusal } from '#mock-servers/openemr/refusals.ts';
import {
  type ApiAnswer,
  type ApiRequest,
  routeFinder,
} from '#mock-servers/openemr/rest/api-route.ts';
import { portalRoutes } from '#mock-servers/openemr/rest/portal-routes.ts';
import { restRoutes } from '#mock-servers/openemr/rest/routes.ts';
import { guideDefaults } from '#mock-servers/openemr/settings.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';

const allowed = new Set([200, 201, 202, 400, 404]);
const routes = [...restRoutes, ...portalRoutes, ...fhirRoutes];
const numRuns = 1500;

const records = openRecords({ clock: { now: () => 0 }, newUuid: () => crypto.randomUUID() });
const patientUuid = 'ffffffff-0000-4000-8000-000000000000';

/** Words that occur in real requests, so that a run gets past the first check. */
const parameters = [
  ...new Set([...services.values()].flatMap((service) => Object.keys(service.parameters))),
];
const columns =
  'fname lname sex DOB email npi name title begdate pc_catid pc_title pc_startTime bps plan body uuid id pid'.split(
    ' ',
  );
const elements = 'resourceType name telecom address identifier birthDate gender active'.split(' ');

const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    'official',
    'Patient',
    '1985-06-15',
    'gt2020',
    '-1',
    '9'.repeat(40),
    '%',
    "'; DROP TABLE users; --",
    '김',
    '\u0000',
    '\ud800',
    'constructor',
    '__proto__',
  ),
  fc.integer().map(String),
);
const json = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...columns), fc.oneof(value, fc.jsonValue())),
  fc.dictionary(
    fc.constantFrom(...elements),
    fc.oneof(value, fc.jsonValue(), fc.constant([{ use: 'official', family: 'x', given: ['y'] }])),
  ),
);
const body = fc.oneof(
  json.map((sent) => Buffer.from(JSON.stringify(sent))),
  fc
    .constantFrom('Patient', 'Practitioner', 'Organization')
    .chain((resourceType) =>
      fc
        .dictionary(fc.constantFrom(...elements), fc.jsonValue())
        .map((rest) => Buffer.from(JSON.stringify({ ...rest, resourceType }))),
    ),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const query = fc.array(
  fc.tuple(
    fc
      .oneof(
        fc.constantFrom(
          ...parameters,
          '_limit',
          '_offset',
          '_sort',
          '_count',
          'path',
          'job',
          '_since',
          ...columns,
        ),
        value,
      )
      .chain((name) =>
        fc
          .constantFrom('', '', ':exact', ':missing', ':contains', ':x', ':constructor')
          .map((modifier) => name + modifier),
      ),
    value,
  ),
  { maxLength: 4 },
);
const segment = fc.oneof(
  fc.constantFrom('1', '0', '-1', patientUuid, '$export', 'a:b', 'x'.repeat(300)),
  fc.string(),
);

describe('fuzzing the patient half', function () {
  this.timeout(60_000);
  before(() => {
    records.database.transaction(() => {
      installOffice(records);
      importHospital(records, loadHospital().resources.slice(0, 50));
    });
  });
  after(() => records.database.close());

  for (const version of ['7.0.3', '7.0.4'] as const) {
    it(`answers ${numRuns} requests to every kind of route, ${version}`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...routes),
          fc.array(segment, { maxLength: 4 }),
          query,
          body,
          (route, parts, asked, sent) => {
            const answer = call(version, route.method, filled(route.path, parts), asked, sent);

            if (answer === undefined) return;
            assert.ok(allowed.has(answer.status) || answer.status === 501, `${answer.status}`);
            if (answer.body !== undefined) JSON.parse(phpJson(answer.body));
          },
        ),
        { numRuns },
      );
    });
  }

  it('never writes what a client sent outside of the row it is for', () => {
    const count = () => records.database.get('SELECT count(*) AS n FROM users')?.['n'];
    const before = count();

    call('7.0.3', 'GET', '/api/facility', [["name'; DELETE FROM users; --", 'x']], Buffer.from(''));
    call('7.0.3', 'PUT', '/api/patient/1/message/1', [], Buffer.from('{"id":1,"pid":2}'));

    assert.equal(count(), before);
  });
});

function call(
  version: ProfileVersion,
  method: string,
  path: string,
  asked: [string, string][],
  sent: Uint8Array,
): ApiAnswer | undefined {
  const profile = profiles[version];
  const found = routeFinder(routes, profile)(method, path);
  if (!found) return undefined;
  const request: ApiRequest = {
    method,
    path,
    params: found.params,
    query: asked,
    body: sent,
    header: (name) => (name === 'content-type' ? 'multipart/form-data; boundary=x' : undefined),
    bearer: {
      clientId: 'c',
      role: 'users',
      userUuid: '',
      username: 'admin',
      patientUuid,
      scopes: new Set(),
    },
    note: () => undefined,
  };
  const world = {
    records,
    profile,
    settings: () => guideDefaults,
    apisUrl: () => 'http://x/apis/default',
  };
  try {
    return found.route.handle(request, world);
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined;
    throw error;
  }
}

function filled(path: string, parts: readonly string[]): string {
  let next = 0;
  return path.replace(/:\w+/g, () => {
    next += 1;
    return parts[next - 1] ?? '1';
  });
}
