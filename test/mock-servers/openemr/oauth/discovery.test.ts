// facts/openemr.md sections 1.1 and 1.2: paths, CORS, and the documents a client reads first.
import assert from 'node:assert/strict';
import { openemrDefaults } from '#mock-servers/openemr/settings.ts';
import { openWorld, type World } from './world.ts';

const oauth = '/oauth2/default';
const smart = '/apis/default/fhir/.well-known/smart-configuration';

for (const profile of ['7.0.3', '7.0.4'] as const) {
  const isA = profile === '7.0.3';
  describe(`paths and discovery (facts 1.1, 1.2), ${profile}`, () => {
    let world: World;
    before(async () => {
      world = await openWorld({ profile });
    });
    after(() => world.close());

    it('has openid-configuration with the keys of the facts in their order', async () => {
      const { status, json, headers } = await world.send(
        `${oauth}/.well-known/openid-configuration`,
      );

      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'application/json');
      assert.deepEqual(Object.keys(json), [
        'issuer',
        'authorization_endpoint',
        'token_endpoint',
        'jwks_uri',
        'userinfo_endpoint',
        'registration_endpoint',
        'end_session_endpoint',
        'introspection_endpoint',
        'scopes_supported',
        'response_types_supported',
        'code_challenge_methods_supported',
        'grant_types_supported',
        'response_modes_supported',
        'subject_types_supported',
        'claims_supported',
        'require_request_uri_registration',
        'id_token_signing_alg_values_supported',
        'token_endpoint_auth_methods_supported',
        'token_endpoint_auth_signing_alg_values_supported',
        'claims_locales_supported',
        'ui_locales_supported',
      ]);
      assert.equal(json['issuer'], `${world.url}${oauth}`);
      assert.deepEqual(json['code_challenge_methods_supported'], ['S256', 'plain']);
      assert.deepEqual(json['require_request_uri_registration'], ['false']);
      assert.deepEqual(json['token_endpoint_auth_methods_supported'], ['client_secret_post']);
    });

    it('lists the password grant only while the global is on, client_credentials never', async () => {
      const off = await openWorld({ profile, strict: true });
      const grants = async (on: World): Promise<unknown> =>
        (await on.send(`${oauth}/.well-known/openid-configuration`)).json['grant_types_supported'];

      const seen = [await grants(world), await grants(off)];
      await off.close();

      assert.deepEqual(seen, [
        ['authorization_code', 'password', 'refresh_token'],
        ['authorization_code', 'refresh_token'],
      ]);
    });

    it('finds openid-configuration without .well-known as the profile does', async () => {
      const { status, text } = await world.send(`${oauth}/openid-configuration`);

      assert.deepEqual([status, text === ''], isA ? [200, false] : [404, true]);
    });

    it('has a JWKS without kid and alg', async () => {
      const { json } = await world.send(`${oauth}/jwk`);

      const [key] = json['keys'] as Readonly<Record<string, string>>[];
      assert.deepEqual(Object.keys(key ?? {}), ['kty', 'n', 'e', 'use']);
      assert.deepEqual([key?.['kty'], key?.['e'], key?.['use']], ['RSA', 'AQAB', 'sig']);
    });

    it('has smart-configuration as the profile does', async () => {
      const { status, json } = await world.send(smart);

      const keys = new Set(Object.keys(json));
      assert.equal(status, 200);
      assert.deepEqual(
        [
          'registration_endpoint',
          'issuer',
          'jwks_uri',
          'token_endpoint_auth_methods_supported',
        ].map((key) => keys.has(key)),
        isA ? [true, false, false, false] : [false, true, true, true],
      );
      const [scopes] = json['scopes_supported'] as string[][];
      assert.equal(scopes?.includes('launch/patient'), true, 'a list inside a list');
      const capabilities = json['capabilities'] as string[];
      assert.equal(capabilities.includes('client-confidential-asymmetric'), !isA);
      assert.deepEqual(json['grant_types_supported'], ['client_credentials', 'authorization_code']);
    });

    it('answers an unknown oauth2 path as the profile does', async () => {
      const answers = await Promise.all(
        ['userinfo', 'manage', 'nothing'].map((path) => world.send(`${oauth}/${path}`)),
      );

      assert.deepEqual(
        answers.map(({ status, text }) => [status, text]),
        Array(3).fill([isA ? 200 : 404, '']),
      );
    });

    it('answers a bad site with 400', async () => {
      const answers = await Promise.all(
        ['/oauth2/elsewhere/token', '/oauth2/token', '/oauth2/authorize'].map((path) =>
          world.send(path),
        ),
      );

      assert.deepEqual(
        answers.map(({ status, text }) => [status, text === '']),
        Array(3).fill([400, isA]),
      );
    });

    it('sends CORS headers as the profile does', async () => {
      const names = ['origin', 'credentials', 'headers', 'methods'];
      const cors = async (headers: Record<string, string>): Promise<(string | null)[]> => {
        const answer = await world.send(`${oauth}/jwk`, { headers });
        return names.map((name) => answer.headers.get(`access-control-allow-${name}`));
      };
      const rest = [
        'true',
        'origin, authorization, accept, content-type, x-requested-with',
        'GET, HEAD, POST, PUT, DELETE, TRACE, OPTIONS',
      ];

      assert.deepEqual(await cors({}), isA ? ['*', ...rest] : [null, null, null, null]);
      assert.deepEqual(await cors({ origin: 'https://a.example' }), [
        isA ? '*' : 'https://a.example',
        ...rest,
      ]);
    });

    it('answers OPTIONS with 200', async () => {
      const { status } = await world.send(`${oauth}/token`, { method: 'OPTIONS' });

      assert.equal(status, 200);
    });

    it('names itself by the host that it was called by', async () => {
      const local = world.url.replace('127.0.0.1', 'localhost');
      const response = await fetch(`${local}${oauth}/.well-known/openid-configuration`);
      const { issuer } = (await response.json()) as { issuer: string };

      assert.equal(issuer, `${local}${oauth}`);
    });

    it('names itself by site_addr_oath', async () => {
      const far = await openWorld({
        profile,
        settings: { ...openemrDefaults, rest_api: true, site_addr_oath: 'https://emr.example.org' },
      });
      const { json } = await far.send(`${oauth}/.well-known/openid-configuration`);
      await far.close();

      assert.equal(json['token_endpoint'], 'https://emr.example.org/oauth2/default/token');
    });
  });
}
