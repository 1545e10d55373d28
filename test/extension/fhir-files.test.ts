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

const aScene = (...answers: readonly FakeAnswer[]) =>
  sceneOf({ body: version('1', 'male'), headers: { etag: 'W/"1"' } }, ...answers);

function sceneOf(...answers: readonly FakeAnswer[]) {
  const http = fakeHttp(...answers);
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
    onRefused: (_uri: Uri, { code }: { code?: string }) => void told.push(`refused ${code}`),
    onSaved: () => void told.push('saved'),
    onUnread: () => void told.push('unread'),
  } as unknown as FhirFilesDeps);
  const puts = () => http.requests.filter(({ method }) => method === 'PUT');
  return { files, puts, told };
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
    const { files, puts } = aScene(
      { status: 200, headers: { etag: 'W/"2"' } },
      { status: 500 },
      { body: version('3', 'other') },
    );
    await files.readFile(uri);
    await files.writeFile(uri, typed('female'));

    await files.writeFile(uri, typed('other'));

    assert.deepEqual(
      puts().map(({ headers }) => headers?.['if-match']),
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

    assert.deepEqual(told, ['refused FHIR_CONFLICT']);
  });
});

describe('FhirFiles after a save that could not be read, where only the time tells of a change', () => {
  const address = { profile: profile.name, server: 'openemr', type: 'Patient', id: '1' } as const;
  const openEmrUri: Uri = resourceUri(address);
  const birthSex = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex';
  /** OpenEMR 7.0.3: no ETag, always the version 1, narrative and birth sex from its record. */
  const record = (second: number, family: string, gender: string) => ({
    resourceType: 'Patient',
    id: '1',
    meta: { versionId: '1', lastUpdated: `2026-01-14T09:13:0${second}+00:00` },
    text: { status: 'generated', div: `<div>${family}</div>` },
    extension: [{ valueCode: gender === 'male' ? 'M' : 'F', url: birthSex }],
    name: [{ use: 'official', family, given: ['Sun'] }],
    gender,
  });
  /** Opened, looked at before the save, saved, not read. */
  const first = { body: record(1, 'Kim', 'male') };
  const unread = [first, first, { status: 200 }, { status: 500 }];
  /** Still with the time, the narrative and the birth sex of the first version. */
  const edited = (family: string) =>
    Buffer.from(
      JSON.stringify({
        ...record(1, 'Kim', 'male'),
        name: [{ use: 'official', family, given: ['Sun'] }],
        gender: 'female',
      }),
    );

  it('sees its own version by the content and saves on it', async () => {
    const { files, puts, told } = sceneOf(
      ...unread,
      { body: record(2, 'Lee', 'female') },
      { body: record(3, 'Park', 'female') },
      { body: record(3, 'Park', 'female') },
      { body: record(4, 'Choi', 'female') },
    );
    await files.readFile(openEmrUri);
    await files.writeFile(openEmrUri, edited('Lee'));

    await files.writeFile(openEmrUri, edited('Park'));
    files.showAnswer(openEmrUri);
    await files.writeFile(openEmrUri, Buffer.from(JSON.stringify(record(3, 'Choi', 'female'))));

    assert.deepEqual(told, ['unread', 'saved', 'saved', 'saved']);
    assert.equal(puts().length, 3);
  });

  it('still notices that somebody else changed it in between', async () => {
    const { files, puts, told } = sceneOf(...unread, { body: record(2, 'Lee', 'male') });
    await files.readFile(openEmrUri);
    await files.writeFile(openEmrUri, edited('Lee'));

    await assert.rejects(async () => files.writeFile(openEmrUri, edited('Park')));

    assert.deepEqual(told, ['unread', 'saved', 'refused FHIR_CONFLICT']);
    assert.equal(puts().length, 1);
  });

  it('goes by the time again once it knows the time of its own version', async () => {
    const { files, puts, told } = sceneOf(
      ...unread,
      { body: record(2, 'Lee', 'female') },
      { status: 400 },
      { body: record(3, 'Lee', 'female') },
    );
    await files.readFile(openEmrUri);
    await files.writeFile(openEmrUri, edited('Lee'));

    await assert.rejects(async () => files.writeFile(openEmrUri, edited('')));
    await assert.rejects(async () => files.writeFile(openEmrUri, edited('Park')));

    assert.deepEqual(told, ['unread', 'saved', 'refused HTTP_STATUS', 'refused FHIR_CONFLICT']);
    assert.equal(puts().length, 2);
  });

  it('saves on the version it finds where a server names none in its answer to a save', async () => {
    const { files, puts, told } = aScene(
      { status: 204 },
      { status: 500 },
      { body: version('2', 'female') },
      { body: version('3', 'other') },
    );
    await files.readFile(uri);
    await files.writeFile(uri, typed('female'));

    await files.writeFile(uri, typed('other'));

    assert.deepEqual(told, ['unread', 'saved', 'saved']);
    assert.equal(puts()[1]?.headers?.['if-match'], 'W/"2"');
  });
});
