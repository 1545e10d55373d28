// facts/openemr.md section 1.6, /authorize: what is refused, how, and in which order.
import assert from 'node:assert/strict';
import { authorizePath, challenge } from './browser.ts';
import { seedClients } from './clients.ts';
import { openWorld, redirectUri, type World } from './world.ts';

const query = { client_id: 'app', scope: 'openid' };
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };

const refusals: readonly (readonly [
  title: string,
  change: Readonly<Record<string, string>>,
  status: number,
  error: string,
  hint: string | undefined,
])[] = [
  ['unknown client', { client_id: 'nobody' }, 401, 'invalid_client', undefined],
  [
    'redirect_uri of nobody',
    { redirect_uri: 'https://evil.example.org' },
    401,
    'invalid_client',
    undefined,
  ],
  [
    'localhost with another port',
    { client_id: 'public-app', redirect_uri: 'http://localhost:9/cb', ...pkce },
    401,
    'invalid_client',
    undefined,
  ],
  [
    'foreign aud',
    { aud: 'https://other.example.org' },
    400,
    'invalid_request',
    'Aud parameter did not match authorized server',
  ],
  [
    'launch without aud',
    { launch: 'x' },
    400,
    'invalid_request',
    'Aud parameter did not match authorized server',
  ],
  [
    'plain challenge',
    { code_challenge: challenge, code_challenge_method: 'plain' },
    400,
    'invalid_request',
    'Code challenge method must be one of `S256`',
  ],
  [
    'challenge without method',
    { code_challenge: challenge },
    400,
    'invalid_request',
    'Code challenge method must be one of `S256`',
  ],
  [
    'no challenge from a public client',
    { client_id: 'public-app' },
    400,
    'invalid_request',
    'Code challenge must be provided for public clients',
  ],
  [
    'malformed challenge',
    { ...pkce, code_challenge: 'short' },
    400,
    'invalid_request',
    'Code challenge must follow the specifications of RFC-7636.',
  ],
  [
    'response_type != code',
    { response_type: 'token' },
    400,
    'unsupported_grant_type',
    'Check that all required parameters have been provided',
  ],
  // Order: aud, launch, challenge method, client, redirect_uri, scopes, challenge format.
  [
    'aud before challenge method',
    { aud: 'x', code_challenge: 'x' },
    400,
    'invalid_request',
    'Aud parameter did not match authorized server',
  ],
  [
    'challenge method before client',
    { client_id: 'nobody', code_challenge: 'x' },
    400,
    'invalid_request',
    'Code challenge method must be one of `S256`',
  ],
];

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`/authorize refuses (facts 1.6), ${profile}`, () => {
    let world: World;
    before(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
    });
    after(() => world.close());

    for (const [title, change, status, error, hint] of refusals) {
      it(`refuses: ${title}`, async () => {
        const answer = await world.send(authorizePath({ ...query, ...change }));

        assert.deepEqual(
          [answer.status, answer.json['error'], answer.json['hint']],
          [status, error, hint],
        );
      });
    }

    it('takes each API of its own as aud', async () => {
      for (const api of ['fhir', 'api', 'portal']) {
        const aud = `${world.url}/apis/default/${api}`;
        const { status } = await world.send(authorizePath({ ...query, aud }));

        assert.equal(status, 301, api);
      }
    });

    it('refuses a launch that is not ours', async () => {
      const aud = `${world.url}/apis/default/fhir`;
      const { json } = await world.send(authorizePath({ ...query, launch: 'x', aud }));

      assert.match(String(json['hint']), /^launch parameter was incorrectly formatted/);
    });

    it('sends only invalid_scope back to the application, without state', async () => {
      const { status, headers } = await world.send(authorizePath({ ...query, scope: 'xyz' }));

      const target = new URL(headers.get('location') ?? '');
      assert.equal(status, 302);
      assert.equal(target.origin + target.pathname, redirectUri);
      assert.deepEqual(
        [...target.searchParams.keys()],
        ['error', 'error_description', 'hint', 'message'],
      );
      assert.equal(target.searchParams.get('hint'), 'Check the `xyz` scope');
    });
  });
}
