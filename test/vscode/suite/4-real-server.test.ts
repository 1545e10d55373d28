import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { assertEditorsSaved, reopenEditors } from '#extension/documents/profile-editors.ts';
import { run } from './workbench.ts';

const patient = { resourceType: 'Patient', id: '1', meta: { versionId: '1' }, gender: 'male' };

describe('a server that is not our mock', () => {
  let server: Server;
  let baseUrl: string;
  const writes: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      if (request.method !== 'GET') writes.push(`${request.method} ${request.url}`);
      const isPatient = request.url === '/fhir/Patient/1';
      response.writeHead(isPatient ? 200 : 404, { 'content-type': 'application/fhir+json' });
      response.end(isPatient ? JSON.stringify(patient) : '{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = vscode.workspace.getConfiguration('openemrWorkbench');
    const real = { name: 'Real', fhirUrl: `${baseUrl}/fhir`, orthancUrl: baseUrl };
    const others = config.get<object[]>('profiles', []);
    await config.update('profiles', [...others, real], vscode.ConfigurationTarget.Global);
    await run('openemrWorkbench.selectProfile', 'Real');
  });

  after(async () => {
    await run('openemrWorkbench.selectProfile', 'Mock servers');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    server.closeAllConnections();
    server.close();
  });

  it('shows its resources read-only', async () => {
    const uri = await run<vscode.Uri>('openemrWorkbench.openResource', { reference: 'Patient/1' });

    const { permissions } = await vscode.workspace.fs.stat(uri);
    assert.equal(permissions, vscode.FilePermission.Readonly);
  });

  it('gets no PUT, even from another extension that writes the file', async () => {
    const uri = vscode.Uri.parse('fhir:/Real/fhir/Patient/1.json');
    const changed = Buffer.from(JSON.stringify({ ...patient, gender: 'female' }));

    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, changed));
    assert.deepEqual(writes, []);
  });

  it('keeps its editors when its profile is renamed', async () => {
    const before = await run<vscode.Uri>('openemrWorkbench.openResource', {
      reference: 'Patient/1',
    });
    const config = vscode.workspace.getConfiguration('openemrWorkbench');
    const all = config.get<{ name: string }[]>('profiles', []);
    const renamed = all.map((one) => (one.name === 'Real' ? { ...one, name: 'Renamed' } : one));

    assertEditorsSaved('Real');
    await config.update('profiles', renamed, vscode.ConfigurationTarget.Global);
    await reopenEditors('Real', 'Renamed');

    const shown = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []))
      .filter(({ scheme }) => scheme === 'fhir');
    assert.deepEqual(
      shown.map(({ path }) => path),
      [before.path.replace('Real', 'Renamed')],
    );
    const [uri] = shown;
    assert.ok(uri);
    assert.match((await vscode.workspace.openTextDocument(uri)).getText(), /"male"/);
  });
});
