import assert from 'node:assert/strict';
import { WorkbenchError } from '#core/errors.ts';
import type { Http } from '#core/http.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import { text } from '#core/text.ts';
import { type ConnectionSettings, connect } from '#core/workflows/connect.ts';
import { examine } from '#core/workflows/doctor.ts';
import { fakeClock } from '#test/support/fake-clock.ts';
import { type FakeAnswer, scriptedHttp } from '#test/support/fake-http.ts';

const clock = fakeClock();
const settings: ConnectionSettings = {
  baseUrl: 'http://server.test',
  site: 'default',
  clientId: 'id',
  clientAuth: 'secretPost',
  grant: 'client_credentials',
  scopes: ['system/Patient.read'],
};

/** A server where everything works, by path. */
const healthy: Readonly<Record<string, FakeAnswer>> = {
  '/': { status: 302 },
  '/oauth2/default/.well-known/openid-configuration': {
    body: { token_endpoint: 'http://server.test/oauth2/default/token' },
  },
  '/apis/default/fhir/metadata': {
    body: {
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
      software: { name: 'OpenEMR', version: '7.0.3' },
    },
  },
  '/oauth2/default/token': {
    body: { access_token: 'at', token_type: 'Bearer', scope: 'system/Patient.read' },
  },
  '/apis/default/fhir/Patient': { body: { resourceType: 'Bundle', total: 0 } },
};

async function checkUp(
  answers: Readonly<Record<string, FakeAnswer | Error>>,
  changes: Partial<ConnectionSettings> = {},
) {
  const http = scriptedHttp(({ url }) => {
    const { pathname } = new URL(url);
    const answer = { ...healthy, ...answers }[pathname] ?? { status: 404 };
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const all = { ...settings, ...changes };
  const tokens = createTokenCache({ clock });
  const secrets = async () => ({ clientSecret: 's' });
  const ports = { http, clock, newId: () => 'id', tokens, secrets };
  const seen: string[] = [];
  const report = await examine(
    all,
    { http, connect: () => connect(all, ports) },
    { onStep: ({ step }) => seen.push(step) },
  );
  assert.deepEqual(
    seen,
    report.steps.map(({ step }) => step),
  );
  return {
    http,
    isHealthy: report.isHealthy,
    states: report.steps.map(({ state }) => state).join(' '),
    findings: report.steps.flatMap(({ findings }) => findings.map(({ id }) => id)),
    missing: report.steps.find(({ missing }) => missing)?.missing,
    broken: report.steps.find(({ state }) => state === 'failed')?.sentence?.template,
  };
}

describe('examine', () => {
  it('passes step by step on a healthy server', async () => {
    const { isHealthy, states, findings, http } = await checkUp({});

    assert.ok(isHealthy);
    assert.equal(states, 'passed passed passed passed passed passed');
    assert.deepEqual(findings, []);
    assert.equal(http.requests[0]?.retry, 'never');
    assert.equal(http.requests.at(2)?.headers?.['authorization'], undefined);
    assert.equal(http.requests.at(-1)?.headers?.['authorization'], 'Bearer at');
  });

  it('stops at an address that is none, and sends nothing', async () => {
    const { states, http, broken } = await checkUp({}, { baseUrl: 'server' });

    assert.equal(states, 'failed skipped skipped skipped skipped skipped');
    assert.match(broken ?? '', /not a server address/);
    assert.equal(http.requests.length, 0);
  });

  it('stops at a server nobody answers at', async () => {
    const refused = new WorkbenchError('HTTP_REFUSED', text('closed'));

    const { states, broken, isHealthy } = await checkUp({ '/': refused });

    assert.equal(states, 'passed failed skipped skipped skipped skipped');
    assert.equal(broken, 'closed');
    assert.ok(!isHealthy);
  });

  it('explains a server whose APIs are switched off', async () => {
    const { states, findings } = await checkUp({
      '/oauth2/default/.well-known/openid-configuration': { status: 404 },
    });

    assert.equal(states, 'passed passed failed skipped skipped skipped');
    assert.deepEqual(findings, ['oauth.apis-switched-off']);
  });

  it('warns of a server that believes it lives elsewhere', async () => {
    const { states, findings, isHealthy } = await checkUp({
      '/oauth2/default/.well-known/openid-configuration': {
        body: { token_endpoint: 'http://openemr/oauth2/default/token' },
      },
    });

    assert.equal(states, 'passed passed warned passed passed passed');
    assert.deepEqual(findings, ['oauth.other-address']);
    assert.ok(isHealthy);
  });

  it('warns of another FHIR version', async () => {
    const { findings } = await checkUp({
      '/apis/default/fhir/metadata': {
        body: { resourceType: 'CapabilityStatement', fhirVersion: '5.0.0' },
      },
    });

    assert.deepEqual(findings, ['fhir.other-version']);
  });

  it('explains a refused token', async () => {
    const hint = 'assertion type is not supported';

    const { states, findings } = await checkUp({
      '/oauth2/default/token': { status: 400, body: { error: 'invalid_request', hint } },
    });

    assert.equal(states, 'passed passed passed passed failed skipped');
    assert.deepEqual(findings, ['oauth.secret-instead-of-jwt']);
  });

  it('warns of scopes that were dropped, and explains the read they are missed at', async () => {
    const { states, findings } = await checkUp({
      '/oauth2/default/token': { body: { access_token: 'at', token_type: 'Bearer', scope: '' } },
      '/apis/default/fhir/Patient': { status: 401, body: '' },
    });

    assert.equal(states, 'passed passed passed passed warned failed');
    assert.deepEqual(findings, ['oauth.scope-dropped', 'api.scope-missing', 'api.right-missing']);
  });

  it('asks for a person where the grant needs one', async () => {
    const { states, broken } = await checkUp({}, { grant: 'authorization_code' });

    assert.equal(states, 'passed passed passed passed failed skipped');
    assert.match(broken ?? '', /sign in/);
  });

  it('hands its signal to every step', async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const plain = scriptedHttp(({ url }) => healthy[new URL(url).pathname] ?? {});
    const http: Http = {
      send: (request, options) => {
        seen.push(options?.signal);
        return plain.send(request, options);
      },
      close: plain.close,
    };
    const tokens = createTokenCache({ clock });
    const secrets = async () => ({ clientSecret: 's' });
    const ports = { http, clock, newId: () => 'id', tokens, secrets };

    await examine(settings, { http, connect: () => connect(settings, ports) }, { signal });

    // A token request is shared, so it has no signal of one caller.
    assert.deepEqual(seen, [signal, signal, signal, undefined, signal]);
  });

  it('lets a bug through, and ends with the reason of the signal', async () => {
    await assert.rejects(checkUp({ '/': new TypeError('a bug') }), TypeError);

    const stop = new AbortController();
    const reason = new Error('stopped');
    const http = scriptedHttp(() => {
      stop.abort(reason);
      stop.signal.throwIfAborted();
      return {};
    });
    const ports = { http, connect: () => assert.fail() };
    await assert.rejects(
      examine(settings, ports, { signal: stop.signal }),
      (error) => error === reason,
    );
  });

  it('asks for the base address when the one of a part was pasted', async () => {
    for (const part of ['/apis/default/fhir', '/oauth2/default']) {
      const { states, broken } = await checkUp({}, { baseUrl: `http://server.test${part}` });

      assert.match(states, /^failed skipped/);
      assert.match(String(broken), /Give the base address, \{base\}/);
    }
  });

  it('says first that something else than OpenEMR answers', async () => {
    const { states, findings } = await checkUp({
      '/oauth2/default/.well-known/openid-configuration': {
        status: 404,
        body: '<h1>Error response</h1>',
      },
    });

    assert.match(states, /^passed passed failed/);
    assert.equal(findings[0], 'server.not-openemr');
  });

  for (const [what, answer] of [
    ['a page', { body: '<!DOCTYPE html><title>Welcome to nginx!</title>' }],
    ['a sign-in page', { body: '<form><input type="password"></form>' }],
    ['JSON about something else', { body: { swagger: '2.0' } }],
  ] as const) {
    it(`tells a server that answers everything with ${what} from an OpenEMR`, async () => {
      const { states, findings } = await checkUp({
        '/oauth2/default/.well-known/openid-configuration': answer,
      });

      assert.match(states, /^passed passed failed/);
      assert.deepEqual(findings, ['server.not-openemr']);
    });
  }

  it('names what was not given', async () => {
    const { missing } = await checkUp({}, { clientId: '' });

    assert.equal(missing, 'clientId');
  });
});
