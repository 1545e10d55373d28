import assert from 'node:assert/strict';
import { openWorld, type World } from './world.ts';

const guideForm = (world: World): Record<string, string> => {
  const [client] = world.mock.clients?.() ?? [];
  return {
    grant_type: 'client_credentials',
    client_id: client?.clientId ?? '',
    client_secret: client?.clientSecret ?? '',
  };
};

describe('the client of the guides', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('gets a token for its secret, in the real form', async () => {
    const answer = await world.token(guideForm(world));

    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.json), [
      'scope',
      'token_type',
      'expires_in',
      'access_token',
    ]);
    assert.equal(answer.json['expires_in'], 300);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=UTF-8');
    assert.match(String(answer.json['access_token']), /^eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9\./);
    assert.deepEqual(world.explanations(), ['guide.secret-accepted']);
  });

  it('calls FHIR as the system user with its ticked scopes', async () => {
    const { json } = await world.token(guideForm(world));

    const answer = await world.send('/apis/default/fhir/Patient', {
      headers: { authorization: `Bearer ${json['access_token']}` },
    });

    assert.equal(answer.json['role'], 'system');
    assert.equal((answer.json['scopes'] as string[]).includes('system/Patient.write'), true);
  });

  it('is refused with a wrong secret', async () => {
    const answer = await world.token({ ...guideForm(world), client_secret: 'wrong' });

    assert.equal(answer.status, 401);
    assert.equal(answer.json['error'], 'invalid_client');
  });

  it('is an ordinary client under strict: the recorded error of note 001', async () => {
    const strict = await openWorld({ strict: true });
    const answer = await strict.token(guideForm(strict));
    await strict.close();

    assert.equal(answer.status, 400);
    assert.equal(answer.json['error'], 'invalid_request');
    assert.equal(answer.json['hint'], 'assertion type is not supported');
  });
});
