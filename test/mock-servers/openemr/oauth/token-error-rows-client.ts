// facts/openemr.md section 1.7: grant type, client and client assertion.
import assert from 'node:assert/strict';
import { machineForm, passwordForm, seedClients } from './clients.ts';
import {
  asForm,
  CLIENT,
  codeForm,
  HINT_UNSUPPORTED,
  machine,
  password,
  REQ,
  type Row,
  UNSUPPORTED,
  withCode,
} from './token-error-requests.ts';
import { openWorld } from './world.ts';

export const clientRows: readonly Row[] = [
  ['grant_type missing', asForm({ client_id: 'app' }), [400, 'invalid_request', 'Bad request']],
  [
    'body sent as JSON instead of form',
    (world) =>
      world.send('/oauth2/default/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(passwordForm),
      }),
    [400, 'invalid_request', 'Bad request'],
  ],
  [
    'authorization_code with unknown code',
    asForm(codeForm('def50200aa')),
    [400, 'invalid_request', 'Bad request'],
  ],
  [
    'authorize was called without state',
    withCode({}, { state: '' }),
    [400, 'invalid_request', 'Bad request'],
  ],
  [
    'unknown grant_type',
    asForm({ grant_type: 'magic' }),
    [400, 'unsupported_grant_type', UNSUPPORTED, HINT_UNSUPPORTED],
  ],
  [
    'password while Off',
    async () => {
      const strict = await openWorld({ strict: true });
      await seedClients(strict);
      const answer = await strict.token(passwordForm);
      await strict.close();
      return answer;
    },
    [400, 'unsupported_grant_type', UNSUPPORTED, HINT_UNSUPPORTED],
  ],
  [
    'client_id missing',
    password({ client_id: '-' }),
    [400, 'invalid_request', REQ, 'Check the `client_id` parameter'],
  ],
  ['unknown client', password({ client_id: 'nobody' }), [401, 'invalid_client', CLIENT]],
  ['disabled client', password({ client_id: 'disabled-app' }), [401, 'invalid_client', CLIENT]],
  [
    'wrong secret (auth code)',
    withCode({ client_secret: 'wrong' }),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'redirect_uri not registered',
    withCode({ redirect_uri: 'https://evil.example.org/' }),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'client_credentials without client_assertion_type',
    machine({ client_assertion_type: '-' }),
    [400, 'invalid_request', REQ, 'assertion type is not supported'],
  ],
  [
    'client_credentials with other client_assertion_type',
    machine({ client_assertion_type: 'saml' }),
    [400, 'invalid_request', REQ, 'assertion type is not supported'],
  ],
  [
    'client_credentials, right type but client_assertion absent',
    machine({ client_assertion: '-' }),
    'empty 500',
    [400, 'invalid_request', REQ, 'assertion type is not supported'],
  ],
  [
    'assertion not a JWT',
    machine({ client_assertion: 'garbage' }),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'JWKS unreachable',
    (world) => world.token(machineForm(world, 'dead-jwks')),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'malformed JWKS',
    (world) => world.token(machineForm(world, 'no-keys')),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'not confidential',
    (world) => world.token(machineForm(world, 'public-machine')),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'client_credentials: disabled client',
    (world) => world.token(machineForm(world, 'disabled-machine')),
    [401, 'invalid_client', CLIENT],
  ],
  ...(
    [
      ['bad signature', { isForged: true }],
      ['alg != RS384', { header: { alg: 'RS256' } }],
      ['wrong aud', { claims: { aud: 'https://other.example.org/token' } }],
      ['ES384', { header: { alg: 'ES384' } }],
      ['wrong iss', { claims: { iss: 'other' } }],
      ['expired', { claims: { exp: 1 } }],
      ['jti missing', { claims: { jti: undefined } }],
    ] as const
  ).map(
    ([title, changes]): Row => [
      `assertion: ${title}`,
      (world) => world.token(machineForm(world, 'machine', changes)),
      [400, 'invalid_client', CLIENT],
    ],
  ),
  [
    // `sub` says which client it is, so another one is an unknown client.
    'assertion: wrong sub',
    (world) => world.token(machineForm(world, 'machine', { claims: { sub: 'other' } })),
    [401, 'invalid_client', CLIENT],
  ],
  [
    'assertion: jti reused',
    async (world) => {
      const form = machineForm(world);
      assert.equal((await world.token(form)).status, 200);
      return world.token(form);
    },
    [400, 'invalid_client', CLIENT],
  ],
];
