import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { Agent, request } from 'node:http';
import autocannon from 'autocannon';
import type { MockClient } from '#core/control/wire.ts';
import type { Benchmark } from './harness.ts';
import { startBundledMocks, startScript } from './processes.ts';

const TOKENS = 400;
const CONNECTIONS = 8;
const SECONDS = 2;
const form = 'application/x-www-form-urlencoded';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'OpenEMR token by private_key_jwt',
    unit: 'req/s',
    baseline: 'RS256 sign + RS384 verify, one core',
    goal: { atLeast: 0.6 },
    async prepare() {
      const mocks = await startBundledMocks();
      const url = `${mocks.urls.openemr}/oauth2/default/token`;
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      await seedMachine(String(mocks.urls.openemr), createPublicKey(privateKey));
      let made = 0;
      const nextBody = (): string => {
        made += 1;
        return assertionBody(url, privateKey, `jti-${made}`);
      };
      return {
        // The client signs before the clock starts: its work is not the server's.
        subject: () => tokensPerSecond(url, Array.from({ length: TOKENS }, nextBody)),
        baseline: async () => signaturesPerSecond(privateKey),
        close: () => mocks.stop(),
      };
    },
  },
  {
    name: 'OpenEMR token by secret, 8 connections',
    unit: 'req/s',
    baseline: 'oauth2-mock-server',
    goal: { atLeast: 1 },
    rounds: 4,
    async prepare() {
      const [mocks, peer] = await Promise.all([
        startBundledMocks(),
        startScript('oauth2-mock-server.mjs'),
      ]);
      const url = `${mocks.urls.openemr}/oauth2/default/token`;
      const body = await guideBody(String(mocks.urls.openemr));
      return {
        subject: () => requestsPerSecond(url, body),
        baseline: () =>
          requestsPerSecond(`${peer.urls.fhir}/token`, 'grant_type=client_credentials'),
        close: async () => void (await Promise.all([mocks.stop(), peer.stop()])),
      };
    },
  },
];

async function seedMachine(openemr: string, key: KeyObject): Promise<void> {
  const jwks = { keys: [key.export({ format: 'jwk' })] };
  const client = {
    client_id: 'bench',
    client_secret: 'unused',
    scope: 'system/Patient.read',
    jwks,
  };
  const response = await fetch(`${openemr}/__admin/seed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ openemr: { clients: [client] } }),
  });
  if (!response.ok) throw new Error(`Seeding the client failed: ${response.status}`);
}

async function guideBody(openemr: string): Promise<string> {
  const response = await fetch(`${openemr}/__admin/clients`);
  const { clients } = (await response.json()) as { clients: readonly MockClient[] };
  const { clientId = '', clientSecret = '' } =
    clients.find(({ server }) => server === 'openemr') ?? {};
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }).toString();
}

function assertionBody(aud: string, key: KeyObject, jti: string): string {
  const signed = [
    { alg: 'RS384', typ: 'JWT' },
    { iss: 'bench', sub: 'bench', aud, jti },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha384', Buffer.from(signed), key).toString('base64url');
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    client_assertion: `${signed}.${signature}`,
    scope: 'system/Patient.read',
  }).toString();
}

async function tokensPerSecond(url: string, bodies: string[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const startedAt = performance.now();
  const count = bodies.length;
  const work = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      await post(url, body, agent);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  agent.destroy();
  return count / ((performance.now() - startedAt) / 1000);
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': form, 'content-length': Buffer.byteLength(body) };
    request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`The token endpoint answered ${response.statusCode}.`));
      });
    })
      .once('error', reject)
      .end(body);
  });
}

/** What a token costs at least: one signature made, one checked. */
function signaturesPerSecond(key: KeyObject): number {
  const data = Buffer.alloc(700, 'a');
  const publicKey = createPublicKey(key);
  const signature = sign('sha384', data, key);
  const startedAt = performance.now();
  for (let index = 0; index < TOKENS; index += 1) {
    sign('sha256', data, key);
    verify('sha384', data, publicKey, signature);
  }
  return TOKENS / ((performance.now() - startedAt) / 1000);
}

async function requestsPerSecond(url: string, body: string): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    method: 'POST',
    body,
    headers: { 'content-type': form },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed under load.`);
  return result.requests.average;
}
