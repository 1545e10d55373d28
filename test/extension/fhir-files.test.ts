import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { createFhirClient } from '#core/fhir/client.ts';
import type { FhirFilesDeps } from '#extension/documents/fhir-files.ts';
import { mockProfile } from '#extension/profile.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';
import { EventEmitter } from '#test/support/fake-vscode.ts';

const { FhirFiles } = await import('#extension/documents/fhir-files.ts');
const { resourceUri } = await import('#extension/documents/resource-uri.ts');

const profile = mockProfile();
const uri: Uri = resourceUri({ profile: profile.name, server: 'fhir', type: 'Patient', id: '1' });
const version = (versionId: string, gender: string) => ({
  resourceType: 'Patient',
  id: '1',
  meta: { versionId },
  gender,
});
const typed = (gender: string) => Buffer.from(JSON.stringify(version('1', gender)));

function aScene(...answers: readonly FakeAnswer[]) {
  const http = fakeHttp({ body: version('1', 'male'), headers: { etag: 'W/"1"' } }, ...answers);
  const client = createFhirClient({ http, baseUrl: 'http://fhir.test' });
  const told: string[] = [];
  const files = new FhirFiles({
    profiles: { find: () => profile },
    servers: { fhir: async () => client },
    guard: {
      onDidChange: new EventEmitter<void>().event,
      canWrite: async () => true,
      assertWritable: async () => undefined,
    },
    onRefused: () => void told.push('refused'),
    onSaved: () => void told.push('saved'),
    onUnread: () => void told.push('unread'),
  } as unknown as FhirFilesDeps);
  return { files, http, told };
}

describe('FhirFiles', () => {
  it('has saved when the server says so, though its version cannot be read', async () => {
    const { files, told } = aScene({ status: 200, headers: { etag: 'W/"2"' } }, { status: 500 });
    await files.readFile(uri);

    await files.writeFile(uri, typed('female'));

    assert.deepEqual(told, ['unread', 'saved']);
    assert.match(Buffer.from(await files.readFile(uri)).toString(), /female/);
  });

  it('builds the next save on the one whose version could not be read', async () => {
    const { files, http } = aScene(
      { status: 200, headers: { etag: 'W/"2"' } },
      { status: 500 },
      { body: version('3', 'other') },
    );
    await files.readFile(uri);
    await files.writeFile(uri, typed('female'));

    await files.writeFile(uri, typed('other'));

    const puts = http.requests.filter(({ method }) => method === 'PUT');
    assert.deepEqual(
      puts.map(({ headers }) => headers?.['if-match']),
      ['W/"1"', 'W/"2"'],
    );
  });

  it('shows what the server made of it when it answers nothing and can be read', async () => {
    const { files, told } = aScene({ status: 204 }, { body: version('2', 'unknown') });
    await files.readFile(uri);

    await files.writeFile(uri, typed('female'));
    files.showAnswer(uri);

    assert.deepEqual(told, ['saved']);
    assert.match(Buffer.from(await files.readFile(uri)).toString(), /unknown/);
  });

  it('refuses a save that the server refuses', async () => {
    const { files, told } = aScene({ status: 412 });
    await files.readFile(uri);

    await assert.rejects(async () => files.writeFile(uri, typed('female')));

    assert.deepEqual(told, ['refused']);
  });
});
