// Random requests at every endpoint of the sign-in half: never a status that the real server would not
// give, never an unescaped value in a page, never a crash.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AdminBrowser, signInAsAdmin } from '../admin/admin-browser.ts';
import { fieldOf } from './browser.ts';
import { machineForm, passwordForm, secret, seedClients } from './clients.ts';
import { type Answered, openWorld, redirectUri, type World } from './world.ts';

/** Turns up in a page as it is only if something forgot to escape it. */
const mark = '<x y=\'"&>';

/** Per profile; `FUZZ_RUNS=10000` looks longer. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 2000);

const oauthPaths = [
  ...['/token', '/authorize', '/registration', '/introspect', '/logout', '/jwk', '/login'],
  ...['/provider/login', '/device/code', '/scope-authorize-confirm', '/client/', '/userinfo'],
  ...['/smart/patient-select', '/smart/patient-select-confirm', '/smart/smart-style'],
  ...['/smart/ehr-launch-autosubmit', '/.well-known/openid-configuration', ''],
];
const adminPaths = [
  ...['/', '/interface/login/login.php', '/interface/main/main_screen.php'],
  ...[
    '/interface/main/tabs/main.php',
    '/interface/logout.php',
    '/interface/smart/register-app.php',
  ],
  ...['/interface/smart/admin-client.php', '/interface/super/edit_globals.php', '/other'],
];
const names = [
  ...['grant_type', 'client_id', 'client_secret', 'scope', 'code', 'redirect_uri', 'refresh_token'],
  ...['username', 'password', 'user_role', 'email', 'mfa_token', 'code_verifier', 'state', 'aud'],
  ...['response_type', 'code_challenge', 'code_challenge_method', 'launch', 'nonce', 'token'],
  ...['token_type_hint', 'id_token_hint', 'post_logout_redirect_uri', 'client_assertion'],
  ...['client_assertion_type', 'proceed', 'scope[openid]', 'patient_id', 'search[lname]', 'error'],
  ...['action', 'authUser', 'clearPass', 'client_name', 'save', 'generate', 'more_scopes', 'kind'],
  ...['grants[password]', 'site_addr_oath', 'redirect_uris', 'jwks', 'access_token', '__proto__'],
  ...['application_type', 'contacts', 'post_logout_redirect_uris', 'constructor', 'a[b', 'a]b['],
];
const words = [
  ...['authorization_code', 'refresh_token', 'password', 'client_credentials', 'code', 'S256'],
  ...['app', 'public-app', 'machine', 'nobody', secret, redirectUri, 'openid', 'users', 'patient'],
  ...['api', 'portal-api', 'admin', 'pass', 'access_token', 'edit/app', 'enable/app', 'guide-new'],
  ...['guide-save/app', 'toggle-skip/w', 'constructor/app', 'token-tools', 'private', '', mark],
  ...['urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'a.b.c', 'e30.e30.e30', 'def50200'],
];

const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map((text) => `${mark}${text}`) },
);
const pairs = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 9 });
const encoded = pairs.map((list) =>
  list.map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`).join('&'),
);
const body = fc.oneof(
  { weight: 5, arbitrary: encoded.map((text): [string, string] => [form, text]) },
  fc.json().map((text): [string, string] => ['application/json', text]),
  registrations(),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text): [string, string] => [form, text]),
  fc.constantFrom<[string, string]>(
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="scope"\r\n\r\nx',
    ],
    ['multipart/form-data', 'x'],
    ['application/json', '{"redirect_uris":'],
    ['application/json', '[]'],
  ),
);
const form = 'application/x-www-form-urlencoded';

const asked = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
  path: fc.oneof(
    fc.constantFrom(...oauthPaths.map((path) => `/oauth2/default${path}`)),
    fc.constantFrom(...adminPaths),
    fc.constantFrom('/oauth2/token', '/oauth2/authorize', '/oauth2', '/oauth2/%E0%A4%A/token'),
    fc.constantFrom('/apis/default/api/patient', '/apis/default/fhir', '/apis/%FF/api/x', '/apis'),
  ),
  query: encoded,
  body,
  authorization: fc.option(
    fc.constantFrom('Basic', 'Basic !!!', 'Basic YXBwOng=', 'Bearer', 'Bearer e30.e30.e30', 'x'),
  ),
  isSignedIn: fc.boolean(),
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

function init(request: Asked, person: { cookie: string; csrf: string }): RequestInit {
  const { method, authorization, isSignedIn } = request;
  const [type, sent] = request.body;
  const headers = {
    ...(authorization && { authorization }),
    ...(isSignedIn && { cookie: person.cookie }),
  };
  if (method === 'GET' || method === 'OPTIONS') return { method, headers };
  const isForm = isSignedIn && type === form;
  const text = isForm ? `${sent}&csrf_token_form=${person.csrf}` : sent;
  return { method, headers: { ...headers, 'content-type': type }, body: Buffer.from(text) };
}

/** Objects with the right names and any value: what a registration's parser must survive. */
function registrations(): fc.Arbitrary<[string, string]> {
  const any = fc.oneof(fc.constantFrom<unknown>(...words), fc.jsonValue({ maxDepth: 2 }));
  const keys = ['redirect_uris', 'scope', 'client_name', 'application_type', 'jwks', 'contacts'];
  return fc
    .record(Object.fromEntries([...keys, 'dsi_type', '__proto__'].map((key) => [key, any])), {
      requiredKeys: [],
    })
    .map((metadata) => ['application/json', JSON.stringify(metadata)]);
}

/** Where PHP really dies or OpenEMR really answers 500: named by path, and never with our own text. */
function isRealFailure(path: string, { text }: Answered): boolean {
  if (/\/device\/code$/.test(path))
    return text === '' || text.includes('Failed authorization due to');
  if (/\/token$/.test(path)) return text === '';
  return /\/registration$/.test(path) && (text === '' || text.includes('Unable to create account'));
}

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`fuzz, ${profile}`, function () {
    this.timeout(300_000);
    let world: World;
    let admin: AdminBrowser;
    before(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
      admin = await signInAsAdmin(world);
      await world.token(passwordForm);
      await world.token(machineForm(world));
    });
    after(() => world.close());

    it(`answers ${runs} random requests as the real server could`, async () => {
      const { text } = await admin.open('/interface/main/tabs/main.php');
      const person = { cookie: admin.cookies(), csrf: fieldOf(text, 'csrf_token_form') };

      await fc.assert(
        fc.asyncProperty(asked, async (request) => {
          const answer = await world.send(
            `${request.path}?${request.query}`,
            init(request, person),
          );

          assert.ok(
            answer.status < 500 || answer.status === 501 || isRealFailure(request.path, answer),
          );
          const isPage = answer.text.startsWith('<!DOCTYPE');
          assert.equal(isPage && answer.text.includes(mark), false, 'unescaped');
        }),
        { numRuns: runs, seed: 20_261_122, endOnFailure: true },
      );
    });
  });
}
