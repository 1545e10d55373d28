// facts/openemr.md section 2, row by row: how an API call is refused before its route, in both profiles.
import assert from 'node:assert/strict';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { renderRefusal } from '#mock-servers/openemr/refusals.ts';
import { guideDefaults, openemrDefaults } from '#mock-servers/openemr/settings.ts';
import { machineForm, passwordForm, patientPasswordForm, seedClients } from './clients.ts';
import { type Answered, openWorld, type World } from './world.ts';

const DENY = 'The resource owner or authorization server denied the request.';
const FAILED = 'OpenEMR Error: API call failed due to';
const NO_PERMISSION = `${FAILED} insufficient permissions for the requested resource.`;
const SITE =
  'OpenEMR Error: api site error, so forced exit.  Please ensure that the site is set up correctly in the OpenEMR configuration.';
const LOGGED_OUT = 'Refresh Token revoked or logged out';

type Expected = readonly [status: number, body: string];
const league = (hint: string): Expected => [
  401,
  JSON.stringify({ error: 'access_denied', error_description: DENY, hint, message: DENY }),
];
const kernel = (status: number, message: string, code = 0): Expected => [
  status,
  JSON.stringify({ error: 'An error occurred', message, code }),
];
const empty = (status: number): Expected => [status, ''];

type Row = readonly [
  title: string,
  ask: (world: World) => Promise<Answered>,
  profileA: Expected,
  profileB: Expected | 'served',
];

const call = (world: World, path: string, authorization?: string): Promise<Answered> =>
  world.send(path, authorization === undefined ? {} : { headers: { authorization } });
const patientPath = '/apis/default/api/patient';
const fhirPath = '/apis/default/fhir/Patient';

async function tokenOf(world: World, form = passwordForm): Promise<string> {
  const { json, text } = await world.token(form);
  assert.ok(json['access_token'], text);
  return `Bearer ${json['access_token']}`;
}

const withToken =
  (path: string, form = passwordForm) =>
  async (world: World) =>
    call(world, path, await tokenOf(world, form));

const rows: readonly Row[] = [
  [
    'no Authorization header',
    (world) => call(world, patientPath),
    league('Missing "Authorization" header'),
    kernel(401, DENY),
  ],
  [
    'not a JWT / garbage',
    (world) => call(world, patientPath, 'Bearer garbage'),
    league('The JWT string must have two dots'),
    kernel(401, DENY),
  ],
  [
    'Bearer is case-sensitive: the whole header is the token then',
    async (world) => call(world, patientPath, (await tokenOf(world)).replace('Bearer', 'bearer')),
    league('Error while decoding from Base64Url, invalid base64 characters detected'),
    kernel(401, DENY),
  ],
  [
    'bad signature',
    async (world) => call(world, patientPath, `${(await tokenOf(world)).slice(0, -8)}AAAAAAAA`),
    league('Access token could not be verified'),
    kernel(401, DENY),
  ],
  [
    'expired',
    async (world) => {
      const token = await tokenOf(world);
      world.advance(3_600_001);
      return call(world, patientPath, token);
    },
    league('Access token could not be verified'),
    kernel(401, DENY),
  ],
  [
    'revoked token',
    async (world) => {
      const { json } = await world.token(passwordForm);
      await world.token({
        grant_type: 'refresh_token',
        client_id: 'app',
        refresh_token: String(json['refresh_token']),
      });
      return call(world, patientPath, `Bearer ${json['access_token']}`);
    },
    league('Access token has been revoked'),
    kernel(401, DENY, 9),
  ],
  [
    'user logged out / trusted user removed',
    async (world) => {
      const { json } = await world.token(passwordForm);
      await world.send(`/oauth2/default/logout?id_token_hint=${json['id_token']}`);
      return call(world, patientPath, `Bearer ${json['access_token']}`);
    },
    [
      400,
      JSON.stringify({
        error: 'invalid _request',
        error_description: LOGGED_OUT,
        message: LOGGED_OUT,
      }),
    ],
    kernel(400, LOGGED_OUT),
  ],
  [
    'token unknown in DB',
    async (world) => {
      const token = await tokenOf(world);
      await world.mock.reset('seed');
      await seedClients(world);
      await tokenOf(world, { ...passwordForm, scope: 'openid' });
      return call(world, patientPath, token);
    },
    empty(401),
    kernel(401, `${FAILED} invalid token or expired token.`),
  ],
  [
    '/api/ without api:oemr',
    withToken(patientPath, { ...passwordForm, scope: 'openid user/Patient.read' }),
    empty(401),
    kernel(403, NO_PERMISSION),
  ],
  [
    '/portal/ without api:port',
    withToken('/apis/default/portal/patient', patientPasswordForm),
    empty(401),
    kernel(403, NO_PERMISSION),
  ],
  [
    'role mismatch: patient on /api/',
    withToken(patientPath, { ...patientPasswordForm, scope: 'api:oemr' }),
    empty(401),
    kernel(403, NO_PERMISSION),
  ],
  [
    'role mismatch: system on /api/',
    (world) => withToken(patientPath, machineForm(world))(world),
    empty(401),
    kernel(403, NO_PERMISSION),
  ],
  [
    'path not /fhir/ /api/ /portal/',
    withToken('/apis/default/other/thing'),
    empty(501),
    kernel(403, NO_PERMISSION),
  ],
  [
    'unknown route without token: auth first',
    (world) => call(world, '/apis/default/api/nowhere'),
    league('Missing "Authorization" header'),
    kernel(401, DENY),
  ],
  [
    'that API switched off in Connectors',
    async (world) => {
      const { version } = profileOf(world);
      const off = await openWorld({ profile: version, settings: { rest_api: false } });
      await seedClients(off);
      const answer = await withToken(patientPath)(off);
      await off.close();
      return answer;
    },
    empty(501),
    'served',
  ],
  [
    'wrong site',
    (world) => call(world, '/apis/elsewhere/api/patient'),
    empty(400),
    kernel(400, SITE),
  ],
];

const profileOfWorld = new WeakMap<World, keyof typeof profiles>();
function profileOf(world: World): (typeof profiles)['7.0.3'] {
  return profiles[profileOfWorld.get(world) ?? '7.0.3'];
}

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`API authentication errors (facts 2), ${profile}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld({ profile, settings: { ...guideDefaults, rest_portal_api: true } });
      profileOfWorld.set(world, profile);
      await seedClients(world);
    });
    afterEach(() => world.close());

    for (const [title, ask, profileA, profileB] of rows) {
      it(title, async () => {
        const expected = profile === '7.0.4' ? profileB : profileA;

        const answer = await ask(world);

        if (expected === 'served') {
          assert.equal(answer.status, 200, answer.text);
          return;
        }
        const [status, text] = expected;
        assert.deepEqual([answer.status, answer.text], [status, text]);
        const type = text === '' ? 'text/html; charset=UTF-8' : 'application/json';
        assert.equal(answer.headers.get('content-type'), type);
        assert.equal(answer.headers.get('www-authenticate'), null);
      });
    }

    // Raised inside the routes; their own tests show when.
    for (const [kind, profileA, profileB] of [
      ['resourceScopeMissing', empty(401), kernel(401, 'Unauthorized')],
      [
        'aclDenied',
        empty(401),
        kernel(403, 'Organization policy does not have permit access resource'),
      ],
      ['noPatientInContext', empty(401), kernel(401, 'Unauthorized')],
      ['unknownRoute', empty(404), kernel(404, 'Route not found')],
      ['systemError', empty(500), kernel(500, 'System error occurred')],
      ['roleMismatch', empty(401), kernel(403, NO_PERMISSION)],
    ] as const) {
      it(`renders ${kind}`, () => {
        const { status, body } = renderRefusal({ kind, hint: undefined }, profiles[profile]);

        assert.deepEqual(
          [status, body === undefined ? '' : JSON.stringify(body)],
          profile === '7.0.4' ? profileB : profileA,
        );
      });
    }

    it('answers OPTIONS with 200 without authorization', async () => {
      const answer = await world.send(patientPath, { method: 'OPTIONS' });

      assert.deepEqual([answer.status, answer.text], [200, '']);
    });

    it('says beside the wire why', async () => {
      await call(world, patientPath);

      assert.deepEqual(world.explanations(), ['api.header-missing']);
    });

    it('echoes Origin', async () => {
      const answer = await world.send(patientPath, {
        headers: { origin: 'https://app.example.org' },
      });

      assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example.org');
    });

    for (const name of ['version', 'product']) {
      it(`wants a token for /api/${name} as the profile does`, async () => {
        const { status } = await world.send(`/apis/default/api/${name}`);

        assert.equal(status === 401, profile === '7.0.3');
      });
    }

    it('lets metadata and the OperationDefinition list pass, and nothing that only begins so', async () => {
      const statuses = await Promise.all(
        ['metadata', 'OperationDefinition', 'metadatass', 'OperationDefinition/x'].map(
          async (path) => (await world.send(`/apis/default/fhir/${path}`)).status === 401,
        ),
      );

      assert.deepEqual(statuses, [false, false, true, true]);
    });

    it('knows users, patients and the system apart', async () => {
      const forms = [passwordForm, patientPasswordForm, machineForm(world)];
      const roles = await Promise.all(
        forms.map(async (form) => (await withToken(fhirPath, form)(world)).json['role']),
      );

      assert.deepEqual(roles, ['users', 'patient', 'system']);
    });

    it('answers /oauth2 with 404 when every API is off', async () => {
      const off = await openWorld({ profile, settings: openemrDefaults });
      const answer = await off.send('/oauth2/default/jwk');
      await off.close();

      const [status, text] =
        profile === '7.0.4' ? kernel(404, 'OpenEMR Error: API is disabled') : empty(404);
      assert.deepEqual([answer.status, answer.text], [status, text]);
    });
  });
}
