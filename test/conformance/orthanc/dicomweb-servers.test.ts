// The DICOMweb plugin as a client of another server: the same answers from the mock and from Debian's plugin,
// and the same requests to the server, which is once a real Orthanc and once the mock.
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type HttpTap, tapHttp } from '#test/support/http-tap.ts';
import {
  masked as anonymous,
  call,
  mock,
  real,
  sameOf,
  sessionsOfBoth,
  untilDone,
  upload,
} from './both-servers.ts';
import type { OrthancKind, OrthancUnderTest } from './servers.ts';

const files = [...seedDicomFiles()];
const study = '2.25.207216461317453911634236547294105117263.1.1';

type Call = readonly [method: string, path: string, body?: unknown];

interface Session {
  readonly server: OrthancUnderTest;
  readonly peer: OrthancUnderTest;
  readonly tap: HttpTap;
  readonly ids: Map<string, string>;
}

const at = (name: string, rest = '') => `/dicom-web/servers/${name}${rest}`;
const post = (path: string, bodies: readonly unknown[]): readonly Call[] =>
  bodies.map((body): Call => ['POST', path, body]);
const nowhere = 'http://127.0.0.1:1/';

/** `{tap}`, `{study}`, `{series}`, `{instance}` and `{job}` stand for what a session knows. */
const calls: readonly Call[] = [
  ['GET', '/dicom-web/servers'],
  ['GET', '/dicom-web/servers?expand'],
  ...['conf', 'obj', 'nope'].map((name): Call => ['GET', at(name)]),
  ['PUT', at('b'), { Url: '{tap}/dicom-web/' }],
  ['PUT', at('bad'), { Url: nowhere }],
  ['PUT', at('auth'), { Url: nowhere, Username: 'u', Password: 'p', HasDelete: '1', Foo: 'bar' }],
  ...[{}, 'no json', [nowhere], { Url: 5 }, { Url: 'ftp://x' }].map(
    (body): Call => ['PUT', at('x'), body],
  ),
  ['GET', '/dicom-web/servers?expand'],
  ['GET', at('auth')],
  ['DELETE', at('auth')],
  ['DELETE', at('auth')],
  ['POST', '/dicom-web/servers'],
  ['POST', at('b')],
  ['GET', at('b', '/get')],
  ['POST', at('b', '/nope')],
  ...post(at('b', '/get'), [
    { Uri: '/studies' },
    {
      Uri: 'studies',
      Arguments: { PatientID: 'P-2025-000001', limit: '1', includefield: 'a b&c' },
    },
    { Uri: 'studies', HttpHeaders: { Accept: 'application/json', 'X-Foo': 'b' } },
    { Uri: 'studies?limit=1' },
    { Uri: '/nope' },
    {},
    [],
    { Uri: 5 },
    { Uri: 'studies', Arguments: [] },
    { Uri: 'studies', Arguments: { limit: 1 } },
    'no json',
    '',
  ]),
  ...['nope', 'bad', 'conf'].flatMap((name) => [
    ...post(at(name, '/get'), [{ Uri: '/studies' }]),
    ...post(at(name, '/qido'), [{ Uri: '/studies' }]),
    ...post(at(name, '/stow'), [{ Resources: ['{study}'] }]),
    ...post(at(name, '/retrieve'), [{ Resources: [{ Study: study }] }]),
  ]),
  ...post(at('b', '/qido'), [
    { Uri: '/studies', Arguments: { PatientID: 'P-2025-000001' } },
    { Uri: '/instances', Arguments: { StudyInstanceUID: study, includefield: '00080008' } },
    { Uri: '/nope' },
    {},
    'no json',
  ]),
  ...post(at('b', '/stow'), [
    { Resources: ['{study}'] },
    { Resources: ['{instance}', '{series}'] },
    { Resources: [] },
    { Resources: ['nope'] },
    { Resources: 'x' },
    {},
    'no json',
    { Resources: ['{study}'], HttpHeaders: { 'X-Y': 'z' } },
    { Resources: ['{study}'], Asynchronous: true, Priority: 4 },
  ]),
  ['GET', '/jobs/{job}'],
  ...post(at('obj', '/stow'), [{ Resources: ['{study}'] }]),
  ...post(at('b', '/retrieve'), [
    { Resources: [{ Study: study }] },
    { Resources: [{ Study: study, Series: `${study}.1` }] },
    {
      Resources: [
        { Study: study, Series: `${study}.1`, Instance: `${study}.1.1` },
        { Study: study, Series: `${study}.2` },
      ],
    },
    { Resources: [{ Study: '1.2' }] },
    { Resources: [{ Series: '1.2' }] },
    { Resources: [{ Study: study, Instance: '1' }] },
    { Resources: [] },
    { Resources: ['x'] },
    { Resources: {} },
    {},
    'no json',
    { Resources: [{ Study: study }], HttpHeaders: { 'X-Y': 'z' } },
    { Resources: [{ Study: study }], Synchronous: false },
  ]),
  ['GET', '/jobs/{job}'],
  ['GET', '/studies?expand'],
  ['GET', '/instances/{brought}/metadata?expand'],
  ...post(at('b', '/wado'), [
    { Uri: `studies/${study}/series/${study}.1`, Synchronous: true },
    { Uri: 'studies/1.2', Synchronous: true },
    {},
    { Uri: 'studies/1.2' },
  ]),
  ['GET', '/jobs/{job}'],
  ...post(at('b', '/delete'), [{ Level: 'Study', StudyInstanceUID: study }]),
  ...post(at('obj', '/delete'), [
    { Level: 'Study', StudyInstanceUID: study },
    { Level: 'Series', StudyInstanceUID: study, SeriesInstanceUID: '1' },
    { Level: 'Foo', StudyInstanceUID: study },
    {},
    'no json',
  ]),
  ['DELETE', at('b')],
  ['GET', '/dicom-web/servers'],
];

async function openSession(kind: OrthancKind, peerKind: OrthancKind): Promise<Session> {
  const peer = await peerKind.start();
  const tap = await tapHttp(peer.url);
  const server = await kind.start({
    DicomWeb: {
      Enable: true,
      Root: '/dicom-web/',
      EnableWado: true,
      WadoRoot: '/wado',
      Servers: {
        conf: [`${tap.url}/dicom-web/`, 'user', 'password'],
        obj: {
          Url: `${tap.url}/dicom-web`,
          HttpHeaders: { 'X-A': 'b' },
          HasDelete: true,
          ChunkedTransfers: false,
          Timeout: 10,
        },
      },
    },
  });
  for (const file of files.slice(0, 9)) await upload(peer.url, file);
  const stored = await upload(server.url, files[6]);
  await upload(server.url, files[7]);
  const { ID = '', ParentSeries = '', ParentStudy = '' } = stored;
  const brought = await upload(peer.url, files[0]);
  const ids = new Map([
    ['{tap}', tap.url],
    ['{study}', ParentStudy],
    ['{series}', ParentSeries],
    ['{instance}', ID],
    ['{brought}', brought['ID'] ?? ''],
  ]);
  return { server, peer, tap, ids };
}

/** What a call brought: status, headers, body, and what the other server was asked. */
async function observed([method, path, body]: Call, session: Session): Promise<string> {
  const { server, tap, ids } = session;
  const filled = (text: string) => text.replace(/\{\w+\}/g, (name) => ids.get(name) ?? name);
  if (path === '/jobs/{job}') await untilDone(server.url + filled(path));
  tap.said();
  const sentBody =
    body === undefined || typeof body === 'string' ? body : filled(JSON.stringify(body));
  const { status, headers, text } = await call(server.url, {
    method,
    path: filled(path),
    body: sentBody,
  });
  const job = /"ID" : "([^"]+)",\s+"Path"/.exec(text)?.[1];
  if (job !== undefined) {
    ids.set('{job}', job);
    await untilDone(`${server.url}/jobs/${job}`);
  }
  const shown = ['content-type', 'allow'].map((name) => headers.get(name));
  const lines = [`${status} ${shown.join(' ')}`, text, ...tap.said()];
  return masked(lines.join('\n'), session);
}

function masked(text: string, { server, peer, tap }: Session): string {
  return anonymous(text)
    .replaceAll(tap.url, 'TAP')
    .replaceAll(peer.url, 'PEER')
    .replaceAll(server.url, 'SERVER')
    .replace(/boundary=\S+/g, 'boundary=BOUNDARY');
}

for (const peerKind of [real, mock]) {
  describe(`DICOMweb servers, with the ${peerKind.name} as the other one`, function () {
    this.timeout(30_000);
    const sessions = sessionsOfBoth(
      (kind) => openSession(kind, peerKind),
      async ({ server, peer, tap }) => {
        await server.close();
        await tap.close();
        await peer.close();
      },
    );

    for (const each of calls) {
      const [method, path, body] = each;
      it(`are the same on both: ${method} ${path} ${JSON.stringify(body) ?? ''}`, async () => {
        await sameOf(sessions, (session) => observed(each, session));
      });
    }
  });
}
