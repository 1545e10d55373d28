// facts/openemr.md section 1.4: the response, the error table, who is enabled at registration.
import assert from 'node:assert/strict';
import { publicJwk } from './clients.ts';
import { type Answered, openWorld, redirectUri, startMs, type World } from './world.ts';

type Metadata = Readonly<Record<string, unknown>>;
const base: Metadata = {
  application_type: 'private',
  redirect_uris: [redirectUri],
  client_name: 'My App',
  token_endpoint_auth_method: 'client_secret_post',
  contacts: ['me@example.org'],
  scope: 'openid offline_access api:oemr user/patient.read',
};
const jwks = { keys: [publicJwk] };
const metadata = 'invalid_client_metadata';

type Row = readonly [
  cause: string,
  ask: Metadata | ((world: World) => Promise<Answered>),
  error: string,
  description: string | { readonly '7.0.3': string; readonly '7.0.4': string },
  rest?: { readonly hint?: string; readonly status?: number },
];

const body =
  (text: string, type = 'application/json') =>
  (world: World) =>
    world.send('/oauth2/default/registration', {
      method: 'POST',
      headers: { 'content-type': type },
      body: text,
    });

const rows: readonly Row[] = [
  [
    'content type not application/json',
    body('a=b', 'text/plain'),
    metadata,
    'Unexpected content type',
  ],
  ['empty body', body(''), metadata, 'No JSON body'],
  ['bad JSON', body('{'), metadata, { '7.0.3': 'Invalid JSON', '7.0.4': 'No JSON body' }],
  [
    'private + system/ scope, no jwks/jwks_uri',
    { scope: 'system/Patient.read' },
    metadata,
    'jwks is invalid',
  ],
  [
    'public + system/ scope',
    { application_type: 'web', scope: 'system/Patient.read' },
    metadata,
    'system and user scopes are only allowed for confidential clients',
  ],
  [
    'public + user/ scope',
    { application_type: 'web', scope: 'user/Patient.read' },
    metadata,
    'system and user scopes are only allowed for confidential clients',
  ],
  [
    'unsupported enum',
    { token_endpoint_auth_method: 'xyz' },
    metadata,
    'Unsupported token_endpoint_auth_method value : xyz',
  ],
  [
    'unsupported subject_type',
    { subject_type: 'xyz' },
    metadata,
    'Unsupported subject_type value : xyz',
  ],
  ['unsupported dsi_type', { dsi_type: 'xyz' }, metadata, 'Unsupported dsi_type value : xyz'],
  [
    'no redirect_uris',
    { redirect_uris: undefined },
    'invalid_redirect_uri',
    'redirect_uris is invalid',
  ],
  [
    'empty post_logout_redirect_uris',
    { post_logout_redirect_uris: [] },
    metadata,
    'post_logout_redirect_uris is invalid',
  ],
  [
    'unknown scope',
    { scope: 'openid Patient.read' },
    'invalid_scope',
    'The requested scope is invalid, unknown, or malformed',
    { hint: 'Check the `Patient.read` scope' },
  ],
  [
    'DB failure',
    { client_name: { not: 'a text' } },
    'server_error',
    'The authorization server encountered an unexpected condition which prevented it from fulfilling the request: Try again. Unable to create account',
    { status: 500 },
  ],
];

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`registration (facts 1.4), ${profile}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld({ profile });
    });
    afterEach(() => world.close());

    for (const [cause, ask, error, description, { hint, status = 400 } = {}] of rows) {
      it(`refuses: ${cause}`, async () => {
        const answer = await (typeof ask === 'function'
          ? ask(world)
          : world.register({ ...base, ...ask }));

        const text = typeof description === 'string' ? description : description[profile];
        assert.equal(
          JSON.stringify(answer.json),
          JSON.stringify({ error, error_description: text, hint, message: text }),
        );
        assert.equal(answer.status, status);
      });
    }

    it('answers 200 with the keys of the facts in their order', async () => {
      const { status, json } = await world.register(base);

      assert.equal(status, 200);
      assert.deepEqual(Object.keys(json), [
        'client_id',
        'client_secret',
        'registration_access_token',
        'registration_client_uri',
        'client_id_issued_at',
        'client_secret_expires_at',
        'client_role',
        'contacts',
        'application_type',
        'client_name',
        'redirect_uris',
        'token_endpoint_auth_method',
        'scope',
        'dsi_type',
      ]);
      const lengths = ['client_id', 'client_secret', 'registration_access_token'].map(
        (key) => String(json[key]).length,
      );
      assert.deepEqual(lengths, [43, 86, 43]);
      const prefix = `${world.url}/oauth2/default/client/`;
      assert.match(String(json['registration_client_uri']).replace(prefix, ''), /^[\w-]{22}$/);
      assert.equal(json['client_id_issued_at'], Math.floor(startMs / 1000));
      assert.equal(json['client_role'], 'user');
      assert.equal(json['dsi_type'], 'none');
    });

    it('repeats every accepted key and no other', async () => {
      const sent = {
        contacts: ['me@example.org'],
        application_type: 'private',
        client_name: 'My App',
        logo_uri: 'https://client.example.org/logo.png',
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: ['https://client.example.org/bye'],
        token_endpoint_auth_method: 'client_secret_basic',
        policy_uri: 'https://client.example.org/policy',
        tos_uri: 'https://client.example.org/terms',
        jwks_uri: 'https://client.example.org/jwks',
        jwks,
        sector_identifier_uri: 'https://client.example.org/sector',
        subject_type: 'pairwise',
        default_max_age: 60,
        require_auth_time: 1,
        default_acr_values: ['a'],
        initiate_login_uri: 'https://client.example.org/launch',
        request_uris: ['https://client.example.org/request'],
        response_types: ['code'],
        grant_types: ['refresh_token'],
        scope: 'openid',
        dsi_type: 'evidence',
        dsi_source_attributes: [{ name: 'patient_demographics', value: 'x' }],
      };
      const { json } = await world.register({ ...sent, client_id: 'mine', software_id: 'x' });

      const { client_id, ...answered } = json;
      const repeated = Object.fromEntries(Object.entries(answered).slice(6));
      assert.notEqual(client_id, 'mine');
      assert.deepEqual(repeated, { ...sent, require_auth_time: true });
    });

    it('enforces no grant type at the token endpoint', async () => {
      const grants = { grant_types: ['authorization_code'], scope: 'openid' };

      assert.equal(await isEnabledAfter(world, { ...base, ...grants }), true);
    });

    it('gives a public client role patient and no secret', async () => {
      const { json } = await world.register({
        ...base,
        application_type: 'native',
        scope: 'openid',
      });

      assert.deepEqual([json['client_role'], json['client_secret']], ['patient', '']);
    });

    it('has the headers of its profile', async () => {
      const { headers } = await world.register(base);

      const seen = ['content-type', 'cache-control', 'pragma'].map((name) => headers.get(name));
      assert.deepEqual(
        seen,
        profile === '7.0.4'
          ? ['application/json', 'no-store', 'no-cache']
          : ['text/html; charset=UTF-8', null, null],
      );
    });

    it('takes private_key_jwt from 7.0.4 only', async () => {
      const { status } = await world.register({
        ...base,
        token_endpoint_auth_method: 'private_key_jwt',
      });

      assert.equal(status, profile === '7.0.4' ? 200 : 400);
    });

    for (const [what, change, isEnabled] of [
      [
        'a public client with launch',
        { application_type: 'web', scope: 'openid fhirUser launch' },
        false,
      ],
      ['a confidential client with user/', {}, false],
      ['a confidential client with system/', { scope: 'system/Patient.read', jwks }, false],
      [
        'a confidential client with patient/ only',
        { scope: 'openid api:fhir patient/Patient.read' },
        true,
      ],
      [
        'a public client without launch',
        { application_type: 'web', scope: 'openid api:oemr' },
        true,
      ],
    ] as const) {
      it(`${isEnabled ? 'enables' : 'disables'} ${what}`, async () => {
        assert.equal(await isEnabledAfter(world, { ...base, ...change }), isEnabled);
      });
    }

    it('disables every client under oauth_app_manual_approval = 1', async () => {
      const strict = await openWorld({ profile, settings: { oauth_app_manual_approval: 1 } });
      const isEnabled = await isEnabledAfter(strict, { ...base, scope: 'openid' });
      await strict.close();

      assert.equal(isEnabled, false);
    });

    it('answers the client read with the errors of the facts', async () => {
      const { json } = await world.register(base);
      const path = String(json['registration_client_uri']).replace(world.url, '');
      const read = async (target: string, token?: string): Promise<string> => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const answer = await world.send(target, { headers });
        return `${answer.status} ${answer.json['error']}: ${answer.json['message']}`;
      };

      assert.equal(await read(path), '403 invalid_request: No Access Code');
      assert.equal(
        await read('/oauth2/default/client/no', 'x'),
        '403 invalid_request: Invalid client',
      );
      assert.equal(await read(path, 'x'), '403 invalid _request: Invalid registration token');
    });
  });
}

/** A disabled client is 401 invalid_client at /token; an enabled one gets as far as its password. */
async function isEnabledAfter(world: World, sent: Metadata): Promise<boolean> {
  const { json } = await world.register(sent);
  const client_id = String(json['client_id']);
  const { status } = await world.token({
    grant_type: 'password',
    client_id,
    user_role: 'users',
    username: 'admin',
    password: 'pass',
  });
  assert.ok(status === 200 || status === 401, String(status));
  return status === 200;
}
