// Random requests over HTTP at every route of /api, /portal and /fhir, with the tokens of a user, of a
// machine and of nobody: never a status that the real server would not give, never a crash, never a body
// that is not what its content type says. With oauth/fuzz.test.ts these are 10,000 requests.
import assert from 'node:assert/strict';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import fc from 'fast-check';
import { fhirRoutes } from '#mock-servers/openemr/fhir/routes.ts';
import { services } from '#mock-servers/openemr/fhir/services.ts';
import { scopesSupported } from '#mock-servers/openemr/oauth/scopes.ts';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { createOpenemrData } from '#mock-servers/openemr/records/openemr-data.ts';
import { portalRoutes } from '#mock-servers/openemr/rest/portal-routes.ts';
import { restRoutes } from '#mock-servers/openemr/rest/routes.ts';
import { guideDefaults } from '#mock-servers/openemr/settings.ts';
import { machineForm, passwordForm, publicJwk, secret, seedClients } from './oauth/clients.ts';
import { openWorld, type World } from './oauth/world.ts';

/** Per profile; `FUZZ_RUNS=10000` looks longer. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 3000);

/** What OpenEMR answers on these paths at all (facts 2, 3.3, 3.7, 4.2). */
const known = new Set([200, 201, 202, 400, 401, 403, 404, 501]);

/** Turns up in a page as it is only if something forgot to escape it. */
const mark = '<x y=\'"&>';

const routes = [...restRoutes, ...portalRoutes, ...fhirRoutes];
const parameters = [...services.values()].flatMap((service) => Object.keys(service.parameters));
const keys =
  'fname lname sex DOB email npi name title begdate pc_catid pc_title bps plan body uuid id pid resourceType telecom address identifier birthDate gender _limit _offset _sort _count path job _since __proto__'.split(
    ' ',
  );
const value = fc.oneof(
  fc.constantFrom('', '1', '-1', 'official', 'Patient', '1985-06-15', 'gt2020', '김', mark),
  fc.constantFrom("'; DROP TABLE users; --", '9'.repeat(40), '\u0000', 'constructor', '%', '*'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const name = fc.oneof(fc.constantFrom(...parameters, ...keys), fc.string({ maxLength: 5 }));
const modifier = fc.constantFrom('', '', ':exact', ':missing', ':contains', ':constructor');
const query = fc
  .array(fc.tuple(name, modifier, value), { maxLength: 4 })
  .map((pairs) =>
    pairs.map(([key, suffix, text]) => [key + suffix, text].map(encoded).join('=')).join('&'),
  );
const segment = fc.oneof(
  fc.constantFrom('1', '0', '-1', '%00', '%FF', '%2F', '..', '$export', 'a:b', 'x'.repeat(300)),
  fc.string({ maxLength: 8 }).map(encoded),
);
const body = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc
    .dictionary(fc.constantFrom(...keys), fc.oneof(value, fc.jsonValue({ maxDepth: 3 })))
    .map((sent) => Buffer.from(JSON.stringify(sent))),
  fc
    .tuple(
      fc.constantFrom('Patient', 'Practitioner', 'Organization'),
      fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 })),
    )
    .map(([resourceType, rest]) => Buffer.from(JSON.stringify({ ...rest, resourceType }))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      ...['application/json', 'application/fhir+json', 'application/json; charset=utf-16'],
      ...['multipart/form-data; boundary=x', 'multipart/form-data', 'text/plain', ';', 'a/b/c'],
      'application/x-www-form-urlencoded',
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'nonsense'),
    accept: fc.constantFrom('application/fhir+json', 'text/html', '*/*', 'nonsense'),
    prefer: fc.constantFrom('respond-async', 'return=minimal'),
    origin: fc.constantFrom('https://app.example.org', 'null', mark),
    'if-match': fc.constantFrom('W/"1"', 'x'),
    'x-http-method-override': fc.constantFrom('DELETE', 'x'),
  },
  { requiredKeys: [] },
);
const asked = fc.record({
  route: fc.constantFrom(...routes),
  method: fc.option(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS')),
  segments: fc.array(fc.option(segment, { freq: 2 }), { minLength: 3, maxLength: 3 }),
  query,
  headers,
  body,
  token: fc.constantFrom('user', 'user', 'user', 'machine', 'machine', 'none', 'garbage'),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`fuzz of the APIs, ${profile}`, function () {
    this.timeout(300_000);
    const agent = new Agent({ keepAlive: true });
    let world: World;
    let tokens: Readonly<Record<string, string>>;
    let ids: Readonly<Record<string, string>>;
    before(async () => {
      const settings = { ...guideDefaults, rest_portal_api: true };
      world = await openWorld({ profile, settings, createData: createOpenemrData });
      tokens = await tokensOf(world, profile);
      ids = await idsOf(world, tokens['user'] ?? '');
    });
    after(async () => {
      agent.destroy();
      await world.close();
    });

    it(`answers ${runs} random requests as the real server could`, async () => {
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(asked, async (sent) => {
          const answer = await send(agent, world.url, sent, tokens, ids);

          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          assert.ok(known.has(answer.status), `${answer.status} ${answer.text.slice(0, 80)}`);
          assertBody(answer);
        }),
        { numRuns: runs, seed: 20_261_122, endOnFailure: true },
      );

      // A fuzz that is refused at the door shows nothing.
      assert.ok(Number(statuses.get(200)) > runs / 10, JSON.stringify([...statuses]));
      assert.ok(statuses.has(201) && statuses.has(404), JSON.stringify([...statuses]));
    });
  });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function assertBody({ headers: { 'content-type': type = '' }, text }: Answer): void {
  if (type === 'application/json' && text !== '') JSON.parse(text);
  if (type.startsWith('text/html')) assert.equal(text.includes(mark), false, 'unescaped');
}

function send(
  agent: Agent,
  url: string,
  { route, method, segments, query: search, headers: extra, body: sent, token }: Asked,
  tokens: Readonly<Record<string, string>>,
  ids: Readonly<Record<string, string>>,
): Promise<Answer> {
  const rest = [...segments];
  // Half of the ids are real ones, so that a request gets past the search for its record.
  const path = route.path.replace(/:(\w+)/g, (_, id: string) => rest.shift() ?? ids[id] ?? '1');
  const authorization = token === 'none' ? {} : { authorization: `Bearer ${tokens[token]}` };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        port: new URL(url).port,
        // Not by URL: that would tidy the path up.
        path: `/apis/default${path}?${search}`,
        method: method ?? route.method,
        headers: { ...extra, ...authorization, 'content-length': sent.length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(sent);
  });
}

async function tokensOf(world: World, profile: keyof typeof profiles) {
  await seedClients(world);
  const supported = scopesSupported({ profile: profiles[profile], settings: guideDefaults });
  const scope = supported.filter((one) => /^(user\/|openid|api:(oemr|fhir))/.test(one)).join(' ');
  const machineScope = supported.filter((one) => /^system\/[A-Z*]/.test(one)).join(' ');
  await world.mock.seed?.({
    clients: [
      { client_id: 'everything', client_secret: secret, scope },
      {
        client_id: 'every-machine',
        client_secret: secret,
        scope: machineScope,
        jwks: { keys: [publicJwk] },
      },
    ],
  });
  const user = await world.token({ ...passwordForm, client_id: 'everything', scope });
  const machine = await world.token({
    ...machineForm(world, 'every-machine'),
    scope: machineScope,
  });
  assert.deepEqual([user.status, machine.status], [200, 200], user.text + machine.text);
  return {
    user: String(user.json['access_token']),
    machine: String(machine.json['access_token']),
    garbage: 'e30.e30.e30',
  };
}

/** Of the first patient and the first encounter. */
async function idsOf(world: World, token: string): Promise<Record<string, string>> {
  const list = async (path: string): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${token}` };
    const { json, text } = await world.send(`/apis/default/api/${path}`, { headers });
    const [first] = json['data'] as Record<string, string>[];
    assert.ok(first, text);
    return first;
  };
  const puuid = String((await list('patient'))['uuid']);
  const euuid = String((await list(`patient/${puuid}/encounter`))['euuid']);
  const pruuid = String((await list('practitioner'))['uuid']);
  const fuuid = String((await list('facility'))['uuid']);
  return { puuid, euuid, pruuid, fuuid, uuid: puuid };
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
