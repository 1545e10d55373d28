import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ExplainedNote, explain, explanations } from '#mock-servers/kernel/explain.ts';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';

const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };
const sources = fileURLToPath(new URL('../../../mock-servers/', import.meta.url));

describe('GET /__admin/explain', () => {
  let servers: MockServers;
  before(async () => {
    servers = await startMockServers({ ports: freePorts });
  });
  after(() => servers.stop());

  async function reasons(address: string, init: RequestInit = {}, query = '') {
    const response = await fetch(address, init);
    const id = response.headers.get('x-mock-journal-id');
    const answer = await fetch(`${servers.urls.openemr}/__admin/explain/${id}${query}`);
    return ((await answer.json()) as { notes: ExplainedNote[] }).notes;
  }

  it('says what is wrong and what to do, on all three servers', async () => {
    const { openemr, fhir, orthanc } = servers.urls;
    const notes = await Promise.all([
      reasons(`${openemr}/apis/default/fhir/Patient`),
      reasons(`${openemr}/apis/default/fhir/Patient`, { headers: { authorization: 'Bearer no' } }),
      reasons(`${fhir}/Patient/nobody`),
      reasons(`${fhir}/Patient?nonsense=1`, { headers: { prefer: 'handling=strict' } }),
      reasons(`${orthanc}/studies/1.2.840.10008.1`),
      reasons(`${orthanc}/instances`, { method: 'POST', body: 'no file' }),
      reasons(`${orthanc}/system`),
    ]);

    assert.deepEqual(
      notes.map(([note]) => note?.key),
      [
        'api.header-missing',
        'api.token-not-accepted',
        'fhir.unknown-id',
        'fhir.invalid',
        'orthanc.uid-instead-of-id',
        'orthanc.bad-upload',
        undefined,
      ],
    );
    for (const note of notes.flat()) assert.match(`${note.cause} ${note.fix}`, /\. .*\.$/);
  });

  it('has words for every key that a mock notes', () => {
    const keys = globSync('**/*.ts', { cwd: sources }).flatMap((file) => {
      if (file.startsWith('kernel')) return [];
      const source = readFileSync(sources + file, 'utf8');
      return [...source.matchAll(/'((?:oauth|guide|openemr|api)\.[a-z-]+)'/g)].map(
        ([, key]) => key ?? '',
      );
    });

    assert.ok(keys.length > 20);
    assert.deepEqual(
      keys.filter((key) => !key.endsWith('.sqlite') && !(key in explanations)),
      [],
    );
  });

  it('leaves a note without words as it is', () => {
    const entry = {
      id: '1',
      server: 'openemr',
      atMs: 0,
      method: 'GET',
      path: '/',
      query: [],
    } as const;

    assert.deepEqual(explain({ ...entry, ms: 1, notes: [{ key: 'x.y' }] }), [{ key: 'x.y' }]);
  });
});
