import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Fields, fetchJson, run, startMocks, until } from './workbench.ts';

describe('a FHIR resource in an editor', () => {
  let fhirUrl: string;
  let id: string;
  let uri: vscode.Uri;

  before(async () => {
    fhirUrl = (await startMocks()).fhir;
    const found = await fetchJson(`${fhirUrl}/Patient?_count=1`);
    id = found.entry[0].resource.id;
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  const open = async (): Promise<vscode.TextDocument> => {
    uri = await run('openemrWorkbench.openResource', {
      server: 'fhir',
      reference: `Patient/${id}`,
    });
    return await until(() => vscode.window.activeTextEditor?.document);
  };
  const stored = () => fetchJson(`${fhirUrl}/Patient/${id}`);
  const change = async (document: vscode.TextDocument, edit: (resource: Fields) => void) => {
    const resource = JSON.parse(document.getText());
    edit(resource);
    await type(document, JSON.stringify(resource, null, 2));
  };

  it('opens as JSON with everything the server sent', async () => {
    const document = await open();

    assert.equal(document.languageId, 'json');
    assert.deepEqual(JSON.parse(document.getText()), await stored());
  });

  it('is saved by PUT and shows the new version', async () => {
    const document = await open();
    await change(document, (patient) => {
      patient.telecom = [{ system: 'phone', value: '02-123-4567' }];
    });

    assert.equal(await document.save(), true);

    const patient = await stored();
    assert.equal(patient.telecom[0].value, '02-123-4567');
    await until(() => JSON.parse(document.getText()).meta?.versionId === patient.meta.versionId);
  });

  it('is not saved over a change of somebody else; what was typed stays', async () => {
    const document = await open();
    const theirs = await stored();
    await fetchJson(`${fhirUrl}/Patient/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...theirs, birthDate: '1999-09-09' }),
    });
    await change(document, (patient) => {
      patient.birthDate = '2001-01-01';
    });

    assert.equal(await document.save(), false);

    assert.ok(document.isDirty);
    assert.equal(JSON.parse(document.getText()).birthDate, '2001-01-01');
    assert.equal((await stored()).birthDate, '1999-09-09');
  });

  it('can be saved after the comparison with the version of the server', async () => {
    const document = await open();
    await fetchJson(`${fhirUrl}/Patient/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...(await stored()), birthDate: '1988-08-08' }),
    });
    await change(document, (patient) => {
      patient.birthDate = '2002-02-02';
    });
    assert.equal(await document.save(), false);

    await run('openemrWorkbench.compareWithServer', uri);
    const server = await until(() =>
      vscode.workspace.textDocuments.find((open) => open.uri.scheme === 'fhir-server'),
    );
    assert.equal(JSON.parse(server.getText()).birthDate, '1988-08-08');

    assert.equal(await document.save(), true);
    assert.equal((await stored()).birthDate, '2002-02-02');
  });

  it('is not sent while its JSON is broken; what was typed stays', async () => {
    const document = await open();
    const before = await stored();
    await type(document, '{ "resourceType": "Patient", ');

    assert.equal(await document.save(), false);

    assert.ok(document.isDirty);
    assert.equal(document.getText(), '{ "resourceType": "Patient", ');
    assert.deepEqual(await stored(), before);
  });

  it('is not sent under another id', async () => {
    const document = await open();
    await change(document, (patient) => {
      patient.id = 'other';
    });

    assert.equal(await document.save(), false);
  });

  it('keeps what was typed when the server finds it invalid, and marks the place', async () => {
    const document = await open();
    await change(document, (patient) => {
      patient.gender = 'M';
    });

    const mark = await until(() => {
      const found = vscode.languages.getDiagnostics(uri);
      return found[0];
    });
    assert.equal(document.getText(mark.range), '"gender"');
    assert.equal(await document.save(), false);
    assert.equal(JSON.parse(document.getText()).gender, 'M');
  });

  it('keeps the digits of a decimal from the server to the editor and back', async () => {
    const url = `${fhirUrl}/Observation/digits`;
    const observation = (status: string) =>
      `{"resourceType":"Observation","id":"digits","status":"${status}","code":{"text":"K"},"valueQuantity":{"value":1.50,"unit":"mmol/l"}}`;
    const headers = { 'content-type': 'application/fhir+json' };
    await fetchJson(url, { method: 'PUT', headers, body: observation('preliminary') });
    await run('openemrWorkbench.openResource', { server: 'fhir', reference: 'Observation/digits' });
    const document = await until(() => vscode.window.activeTextEditor?.document);
    assert.match(document.getText(), /"value": 1\.50,/);

    await type(document, document.getText().replace('preliminary', 'final'));
    assert.equal(await document.save(), true);

    const saved = await (await fetch(url)).text();
    assert.match(saved, /"status":\s*"final"/);
    assert.match(saved, /"value":\s*1\.50,/);
    await until(() => /"versionId": "2"/.test(document.getText()));
    assert.match(document.getText(), /"value": 1\.50,/);
  });

  it('that does not exist is a message and no editor', async () => {
    const opened = await run('openemrWorkbench.openResource', {
      server: 'fhir',
      reference: 'Patient/does-not-exist',
    });

    assert.equal(opened, undefined);
  });
});

async function type(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
