import assert from 'node:assert/strict';
import { type FhirServer, startFhir } from './fhir-server.ts';

describe('FHIR mock: --auth', () => {
  let server: FhirServer;
  beforeEach(async () => {
    server = await startFhir('seed', { auth: true });
  });
  afterEach(() => server.close());

  async function request(form: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await fetch(server.url.replace(/\/fhir$/, '/oauth/token'), {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }
  const credentials = { client_id: 'cdss-client', client_secret: 'secret' };

  async function tokenFor(scope: string): Promise<Record<string, string>> {
    const { body } = await request({ grant_type: 'client_credentials', ...credentials, scope });
    return { authorization: `Bearer ${body['access_token']}` };
  }

  it('gives a token for client_credentials as the guide shows', async () => {
    const { status, body } = await request({
      grant_type: 'client_credentials',
      ...credentials,
      scope: 'system/*.read system/*.write',
    });

    assert.equal(status, 200);
    assert.equal(body['token_type'], 'Bearer');
    assert.equal(body['expires_in'], 3600);
    assert.equal(body['scope'], 'system/*.read system/*.write');
  });

  it('takes the client by Basic', async () => {
    const authorization = `Basic ${Buffer.from('cdss-client:secret').toString('base64')}`;

    assert.equal(
      (await request({ grant_type: 'client_credentials' }, { authorization })).status,
      200,
    );
  });

  const refusals: readonly [string, Record<string, string>, number, string][] = [
    [
      'a wrong secret',
      { grant_type: 'client_credentials', ...credentials, client_secret: 'x' },
      401,
      'invalid_client',
    ],
    ['another grant', { grant_type: 'password', ...credentials }, 400, 'unsupported_grant_type'],
    ['no grant', {}, 400, 'invalid_request'],
    [
      'scopes of users',
      { grant_type: 'client_credentials', ...credentials, scope: 'user/Patient.read' },
      400,
      'invalid_scope',
    ],
  ];
  for (const [what, form, status, error] of refusals) {
    it(`refuses ${what} with ${error}`, async () => {
      const answer = await request(form);

      assert.equal(answer.status, status);
      assert.equal(answer.body['error'], error);
    });
  }

  it('names the scheme to who failed by it, and the method to who took another', async () => {
    const url = server.url.replace(/fhir$/, 'oauth/token');
    const failed = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('cdss-client:wrong')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const got = await fetch(url);

    assert.equal(failed.status, 401);
    assert.match(failed.headers.get('www-authenticate') ?? '', /^Basic /);
    assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST']);
  });

  it('asks for a token everywhere but at /metadata', async () => {
    const { status, headers, body } = await server.get('/Patient/P-2025-000001');

    assert.equal(status, 401);
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer/);
    assert.equal(body.resourceType, 'OperationOutcome');
    assert.equal((await server.get('/metadata')).status, 200);
  });

  it('allows what the scopes say, in both versions of SMART', async () => {
    const patient = { resourceType: 'Patient' };
    const read = await tokenFor('system/*.read');
    const create = await tokenFor('system/Patient.c');

    assert.equal((await server.get('/Patient/P-2025-000001', read)).status, 200);
    assert.equal((await server.send('POST', '/Patient', patient, read)).status, 403);
    assert.equal((await server.send('POST', '/Patient', patient, create)).status, 201);
    assert.equal((await server.get('/Patient', create)).status, 403);
  });

  it('tells reading from searching, and asks for each kind of writing, in version 2', async () => {
    const read = await tokenFor('system/Patient.r');
    const search = await tokenFor('system/Patient.s');
    const update = await tokenFor('system/Patient.u');
    const id = '/Patient/P-2025-000001';
    const valueMeta = { tag: [{ code: 'x' }] };
    const tag = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta }] };
    const get = (path: string, token: Record<string, string>) =>
      server.get(path, token).then(({ status }) => status);

    assert.deepEqual([await get(id, read), await get('/Patient', read)], [200, 403]);
    assert.deepEqual([await get(id, search), await get('/Patient', search)], [403, 200]);
    assert.equal(await get(`${id}/_history`, read), 200);
    assert.equal(await get(`${id}/$everything`, read), 403);
    assert.equal(await get('/Patient/_history', read), 403);
    assert.equal((await server.send('POST', `${id}/$meta-add`, tag, update)).status, 200);
    assert.equal((await server.send('DELETE', id, undefined, update)).status, 403);
  });

  it('asks for the type that a compartment search gives', async () => {
    const token = await tokenFor('system/Patient.read');

    assert.equal((await server.get('/Patient/P-2025-000001/Observation', token)).status, 403);
  });

  it('leaves other types out of pages, includes and $everything', async () => {
    const token = await tokenFor('system/Patient.read');
    const first = await server.get(
      '/Patient?_count=2&_include=Patient:organization&_revinclude=Observation:subject',
      token,
    );
    const next = first.body.link.find((link: { relation: string }) => link.relation === 'next');
    const answers = [
      first,
      await server.get(next.url, token),
      await server.get('/Patient/P-2025-000001/$everything?_count=1000', token),
      await server.get('?_lastUpdated=gt2000', token),
    ];

    for (const { status, body } of answers) {
      const types = body.entry.map(
        ({ resource }: { resource: { resourceType: string } }) => resource.resourceType,
      );
      assert.equal(status, 200);
      assert.deepEqual([...new Set(types)], ['Patient']);
    }
  });

  it('exports what the token allows, and refuses a type it does not', async () => {
    const token = { ...(await tokenFor('system/Patient.read')), prefer: 'respond-async' };
    const all = await server.get('/$export', token);
    const url = all.headers.get('content-location') ?? '';
    await server.get(url, token);
    const { body } = await server.get(url, token);
    const other = await tokenFor('system/Observation.read');

    assert.deepEqual(
      body.output.map((file: { type: string }) => file.type),
      ['Patient'],
    );
    assert.equal((await server.get('/$export?_type=Observation', token)).status, 403);
    assert.equal((await server.get(body.output[0].url, other)).status, 403);
    assert.equal((await server.get(body.output[0].url)).status, 401);
  });

  it('says below the FHIR base where tokens are to be had', async () => {
    const { body } = await server.get('/.well-known/smart-configuration');
    const metadata = await server.get('/metadata');
    const [uris] = metadata.body.rest[0].security.extension;

    assert.equal(body.token_endpoint, server.url.replace(/fhir$/, 'oauth/token'));
    assert.equal(uris.extension[0].valueUri, body.token_endpoint);
  });

  it('asks each entry of a batch and of a transaction', async () => {
    const read = await tokenFor('system/*.read');
    const bundle = (type: string) => ({
      resourceType: 'Bundle',
      type,
      entry: [
        { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      ],
    });
    const batch = await server.send('POST', '', bundle('batch'), read);
    const transaction = await server.send('POST', '', bundle('transaction'), read);

    assert.equal(batch.body.entry[0].response.status, '403 Forbidden');
    assert.equal(transaction.status, 403);
  });

  it('refuses a token that has expired', async () => {
    const token = await tokenFor('system/*.read');
    server.nowMs += 3_600_000;
    const { status, headers } = await server.get('/Patient', token);

    assert.equal(status, 401);
    assert.match(headers.get('www-authenticate') ?? '', /invalid_token/);
  });
});
