// What a person does with images that are in the archive: look at them, delete them; in the window that a
// test has open already.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { answerFileDialog, waitUntil } from './gestures.ts';
import type { WorkbenchPage } from './workbench-page.ts';

const light = { label: 'Light Modern', className: 'vs' };
const dark = { label: 'Dark Modern', className: 'vs-dark' };

/** @param bench - with running mock servers */
export function describeArchive(bench: () => WorkbenchPage): void {
  describe('a film in the archive', () => {
    const patient = () => bench().row('Orthanc', /Film Three/);
    const level = (number: number) =>
      bench().pane('Orthanc').locator(`[role="treeitem"][aria-level="${number}"]`).first();
    const dialog = () => bench().page.locator('.monaco-dialog-box');

    // Rows out of sight are not there: the archive gets the room of its neighbours.
    const foldNeighbours = async () => {
      for (const title of ['FHIR Resources', 'Mock Servers']) {
        await bench().pane(title).locator('.pane-header').click();
      }
    };
    /** @returns once it is chosen */
    const chooseWay = async (name: RegExp) => {
      await bench().command('OpenEMR Workbench: Choose Transfer Protocol');
      const picker = bench().page.locator('.quick-input-widget:visible');
      const way = picker.getByRole('option', { name });
      await way.waitFor();
      await bench().picture('10-send-by');
      await way.click();
      await picker.waitFor({ state: 'hidden' });
    };
    before(foldNeighbours);
    after(async () => {
      await bench().command('View: Close All Editors');
      await chooseWay(/^REST/);
      await foldNeighbours();
    });

    it('is sent by C-STORE once that was chosen', async () => {
      await chooseWay(/^C-STORE/);

      await bench().command('OpenEMR Workbench: Send DICOM Files');
      await answerFileDialog(bench(), join(bench().workspace, 'cstore.dcm'));

      await patient().waitFor();
    });

    it("is looked at frame by frame in VS Code's own viewer", async () => {
      const { page } = bench();
      for (const row of [patient(), level(2), level(3), bench().row('Orthanc', /^Image 7/)]) {
        await row.click();
        // The hover of one row lies over the next.
        await page.mouse.move(1000, 1085);
      }
      const tab = (name: string) => page.locator('.tab.active').getByText(name);
      await tab('Image 7 (1∕3).png').waitFor();
      await picture(bench()).waitFor();
      await page.locator('.editor-actions').getByRole('button', { name: 'Next Frame' }).click();

      await tab('Image 7 (2∕3).png').waitFor();
      assert.equal(
        await page
          .locator('.tab')
          .getByText(/^Image 7/)
          .count(),
        1,
        'the same tab',
      );
      for (const theme of [dark, light]) {
        await bench().theme(theme);
        await picture(bench()).waitFor();
        await bench().picture(`11-preview-${theme.className}`);
      }
    });

    it('is deleted after a question that says what goes', async () => {
      await choose(bench(), patient(), 'Delete from Orthanc…');
      await dialog().getByText('Images that go with it: 1.').waitFor();
      await bench().picture('12-delete');
      await dialog().getByRole('button', { name: 'Cancel' }).click();
      await dialog().waitFor({ state: 'hidden' });
      assert.ok(await patient().isVisible());

      await choose(bench(), patient(), 'Delete from Orthanc…');
      await dialog().getByRole('button', { name: 'Delete' }).click();

      await patient().waitFor({ state: 'detached' });
    });
  });
}

function picture({ page }: WorkbenchPage): Locator {
  return page
    .frameLocator('iframe.webview.ready >> nth=-1')
    .frameLocator('iframe#active-frame')
    .locator('img.scale-to-fit');
}

async function choose({ page }: WorkbenchPage, row: Locator, item: string): Promise<void> {
  await row.click({ button: 'right' });
  const entry = page.getByRole('menuitem', { name: item });
  await entry.waitFor();
  // Menus take clicks only once they have settled.
  await waitUntil(async () => {
    await entry.click().catch(() => undefined);
    return !(await entry.isVisible());
  });
}
