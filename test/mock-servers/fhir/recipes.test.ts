// The curl recipes of the README for the FHIR server, run as they stand but for the port.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type FhirServer, startFhir } from './fhir-server.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const script = /\*\*FHIR server\.\*\*[^\n]*\n```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';

describe('recipes of the README for FHIR', () => {
  let server: FhirServer;
  before(async function () {
    if (spawnSync('curl', ['--version']).error) {
      console.warn('SKIPPED: curl is not installed; the recipes were not run');
      this.skip();
    }
    server = await startFhir('seed');
  });
  after(() => server?.close());

  it('create, search, patch and run a transaction', async () => {
    const here = script
      .replace('http://127.0.0.1:8080/fhir', server.url)
      .replace(/^curl /gm, 'echo; curl ');
    const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', here]);
    const [created, found, patched, answered, included] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    assert.deepEqual(ids(found), [created.id]);
    assert.deepEqual([patched.id, patched.birthDate], ['P-2025-000001', '1990-02-03']);
    const made = answered.entry.map(
      ({ response }: { response: { location: string } }) => response.location.split('/')[1],
    );
    assert.deepEqual(ids(included), made.toReversed());
  });
});

function ids({ entry }: { entry: { resource: { id: string } }[] }): string[] {
  return entry.map(({ resource }) => resource.id);
}
