// The main job as a person does it: mock servers, token, a resource, DICOM files, a real server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeAppearance } from './appearance.ts';
import { describeArchive } from './archive.ts';
import { answerFileDialog, fetchJson, realServer, replaceInEditor, waitUntil } from './gestures.ts';
import { openWorkbench, type WorkbenchPage } from './workbench-page.ts';

describe('click-through', () => {
  let bench: WorkbenchPage;
  let fhirUrl = '';
  const urlOf = async (name: string) => {
    const text = await bench.row('Mock Servers', name).textContent();
    return `http://${/127\.0\.0\.1:\d+\S*/.exec(text ?? '')?.[0]}`;
  };

  const other = createServer();
  const busyPort = () => (other.address() as AddressInfo).port;

  before(async function () {
    this.timeout(240_000);
    await once(other.listen(0, '127.0.0.1'), 'listening');
    bench = await openWorkbench({ ports: { openemr: 0, fhir: busyPort(), orthanc: 0, dimse: 0 } });
  });
  after(async () => {
    other.close();
    await bench?.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await bench.picture(`failed-${this.currentTest.title}`);
  });

  it('shows what to do first in every empty view', async () => {
    await bench.form.locator('[data-send="request-token"]').waitFor();
    await bench.pane('FHIR Resources').getByText('Start the mock servers').waitFor();
    await bench.pane('Orthanc').getByText('Start the mock servers').waitFor();
    await bench
      .pane('Mock Servers')
      .getByRole('button', { name: 'Start Mock Servers' })
      .last()
      .waitFor();
    await bench.picture('1-empty');
  });

  it('offers free ports when a port is taken, and starts the mock servers there', async () => {
    await bench.pane('Mock Servers').getByText('Start Mock Servers').last().click();
    const message = bench.notification(`port ${busyPort()} is used by another program`);
    await message.waitFor();
    await bench.picture('2-busy-port');
    await message.getByRole('button', { name: 'Use Free Ports' }).click();

    await bench.row('Mock Servers', /Orthanc/).waitFor();
    await bench.page.locator('.statusbar').getByText('Mock servers').waitFor();
    fhirUrl = await urlOf('FHIR R4');
  });

  it('requests a token and shows its life and scopes, but not its value', async () => {
    const { form } = bench;
    await form
      .locator('[data-field="clientId"]')
      .and(form.locator('[current-value="neuronova-cdss-internal"]'))
      .waitFor();

    await form.locator('[data-send="request-token"]').click();

    await form.getByText(/Valid for \d\d:\d\d/).waitFor();
    assert.match((await form.locator('#token-value').textContent()) ?? '', /^eyJ.{0,4}•+$/);
    assert.ok((await form.locator('#token-scopes li.ok').count()) > 0);
  });

  it('counts the token down', async () => {
    const time = bench.form.locator('#token-time');
    const first = await time.textContent();

    await bench.form
      .getByText(/Valid for/)
      .and(bench.form.locator(`:not(:text-is("${first}"))`))
      .waitFor();
  });

  it('copies the token by a click on its mask', async () => {
    await bench.form.locator('#token-value').click();

    await bench.page.locator('.statusbar').getByText('Access token copied.').waitFor();
  });

  it('tests the connection step by step', async () => {
    await bench.form.locator('[data-send="test"]').click();

    await bench.form.getByText(/patient list can be read/).waitFor();
    assert.equal(await bench.form.locator('#results li.error').count(), 0);
    await bench.picture('3-token');
  });

  it('never gives the secret back to the form', async () => {
    const { form } = bench;
    const secret = form.locator('[data-secret="clientSecret"]');
    await secret.locator('input').fill('typed-and-stored');
    await secret.locator('input').press('Tab');
    await secret.and(form.locator('[placeholder^="Stored"]')).waitFor();

    assert.equal(await secret.evaluate((control) => Reflect.get(control, 'value')), '');
    assert.doesNotMatch(await form.locator('html').innerHTML(), /typed-and-stored/);
  });

  it('explains a refused token and keeps what was typed', async () => {
    const { form } = bench;
    await form.locator('[data-send="request-token"]').click();

    await form.locator('#results li.error').waitFor();
    await form.locator('#results .fix').first().waitFor();
    assert.equal(
      await form
        .locator('[data-field="clientId"]')
        .evaluate((control) => Reflect.get(control, 'value')),
      'neuronova-cdss-internal',
    );
    await bench.picture('4-refused');
  });

  it('opens a resource from the tree and saves it', async () => {
    const { page } = bench;
    await bench.row('FHIR Resources', /^Patient/).waitFor();
    await bench.command('OpenEMR Workbench: Open Resource by Reference');
    await page.locator('.quick-input-list').getByText('FHIR server').click();
    const found = await fetchJson(`${fhirUrl}/Patient?_count=1`);
    const { id } = found.entry[0].resource;
    await bench.answer('Type and id', `Patient/${id}`);
    await page.locator('.monaco-editor').getByText('"resourceType"').waitFor();

    await replaceInEditor(bench, '"active": true', '"active": false');
    await page.keyboard.press('Control+S');

    await page.locator('.tab.active:not(.dirty)').waitFor();
    await waitUntil(async () => (await fetchJson(`${fhirUrl}/Patient/${id}`)).active === false);
    await bench.picture('5-resource');
  });

  it('does not overwrite a change of somebody else, and compares', async () => {
    const { page } = bench;
    const found = await fetchJson(`${fhirUrl}/Patient?_count=1`);
    const current = await fetchJson(`${fhirUrl}/Patient/${found.entry[0].resource.id}`);
    await fetch(`${fhirUrl}/Patient/${current.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...current, birthDate: '1999-09-09' }),
    });

    await replaceInEditor(bench, '"active": false', '"active": true');
    await page.keyboard.press('Control+S');

    await bench
      .notification(/changed by someone else/)
      .first()
      .waitFor();
    await bench.picture('6-conflict');
    await bench
      .notification(/changed by someone else/)
      .getByRole('button', { name: 'Compare' })
      .click();
    await page.locator('.monaco-diff-editor').getByText('"3"').waitFor();
    await bench.command('Notifications: Clear All Notifications');
    await bench.picture('7-compare');
    await bench.command('View: Revert and Close Editor');
    await page.locator('.monaco-diff-editor').waitFor({ state: 'hidden' });
    await bench.command('File: Revert File');
    await page.locator('.tab.active:not(.dirty)').waitFor();
    await bench.command('View: Close All Editors');
  });

  it('sends a folder of DICOM files and shows a row for each', async () => {
    const { page } = bench;
    await bench.pane('Orthanc').hover();
    await bench
      .pane('Orthanc')
      .getByRole('button', { name: /Send DICOM Folder/ })
      .first()
      .click();
    await answerFileDialog(bench, join(bench.workspace, 'images/'));

    await bench.notification(/Sent to Orthanc/).waitFor();
    await bench.row('Orthanc', /Last sending/).waitFor();
    await bench.row('Orthanc', /broken-empty\.dcm/).waitFor();
    await page.locator('.statusbar').waitFor();
    await bench.picture('8-sent');
    await bench.command('Notifications: Clear All Notifications');
  });

  it('downloads an image to a chosen file', async () => {
    const { page } = bench;
    const results = bench.row('Orthanc', /Last sending/);
    await results.hover();
    await results.getByRole('button', { name: 'Clear Results' }).click();
    const patientRow = bench.row('Orthanc', /Kim Seoyeon/);
    await patientRow.click();
    await bench.pane('Orthanc').locator('[role="treeitem"][aria-level="2"]').first().waitFor();
    await patientRow.hover();
    await patientRow.getByRole('button', { name: /Download/ }).click();
    const target = join(bench.workspace, 'kim.zip');
    await answerFileDialog(bench, target);

    await waitUntil(() => existsSync(target));
    assert.equal(readFileSync(target).subarray(0, 2).toString(), 'PK');
    await page.keyboard.press('Escape');
  });

  it('finds the running mock servers again after a reload', async () => {
    const health = await fetchJson(`${new URL(fhirUrl).origin}/__admin/health`);

    await bench.reload();

    await bench.row('Mock Servers', /FHIR R4/).waitFor();
    assert.equal(await urlOf('FHIR R4'), fhirUrl);
    const again = await fetchJson(`${new URL(fhirUrl).origin}/__admin/health`);
    assert.equal(again.pid, health.pid);
  });

  describeArchive(() => bench);

  describeAppearance(() => bench, { locale: 'en', fhir: 'FHIR Resources', valid: /Valid for/ });

  describe('with a real server', () => {
    let server: Server;
    const writes: string[] = [];
    before(async () => {
      server = realServer(writes);
      await once(server.listen(0, '127.0.0.1'), 'listening');
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    it('sends nothing before a person has allowed it', async () => {
      const { page, form } = bench;
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await bench.command('OpenEMR Workbench: New Profile');
      await bench.answer('Name of the profile', 'Hospital');
      await form.locator('summary').click();
      await form.locator('[data-field="orthancUrl"] input').fill(url);
      await bench.command('OpenEMR Workbench: Send DICOM Files');
      await answerFileDialog(bench, join(bench.workspace, 'images/korean-ct-1.dcm'));

      await page
        .locator('.monaco-dialog-box')
        .getByText(/is a real server/)
        .waitFor();
      await bench.picture('9-real-server');
      await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel' }).click();
      assert.deepEqual(writes, []);

      await bench.command('OpenEMR Workbench: Send DICOM Files');
      await answerFileDialog(bench, join(bench.workspace, 'images/korean-ct-1.dcm'));
      await page
        .locator('.monaco-dialog-box')
        .getByRole('button', { name: 'Allow Changes' })
        .click();
      await waitUntil(() => writes.length === 1);
      assert.deepEqual(writes, ['POST /instances']);
    });
  });
});
