// Pictures of every view in four themes and both languages, and the form under axe in each of them.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { openWorkbench, type WorkbenchPage } from './workbench-page.ts';

const themes = [
  { name: 'dark', id: 'Dark Modern', className: 'vs-dark' },
  { name: 'light', id: 'Light Modern', className: 'vs' },
  { name: 'high-contrast', id: 'Default High Contrast', className: 'hc-black' },
  { name: 'high-contrast-light', id: 'Default High Contrast Light', className: 'hc-light' },
];

const languages = [
  {
    locale: 'en',
    mocks: 'Mock Servers',
    fhir: 'FHIR Resources',
    start: 'Start Mock Servers',
    valid: /Valid for/,
  },
  {
    locale: 'ko',
    mocks: '모의 서버',
    fhir: 'FHIR 리소스',
    start: '모의 서버 시작',
    valid: /동안 유효/,
  },
];

for (const { locale, mocks, fhir, start, valid } of languages) {
  describe(`appearance in ${locale}`, () => {
    let bench: WorkbenchPage;

    before(async function () {
      this.timeout(240_000);
      bench = await openWorkbench({ locale });
      await bench.pane(mocks).getByText(start).last().click();
      await bench.row(mocks, /Orthanc/).waitFor();
      await bench.form.locator('[current-value="neuronova-cdss-internal"]').waitFor();
      await bench.row(fhir, /^Patient/).click();
      await bench.pane(fhir).locator('[role="treeitem"][aria-level="3"]').first().click();
      await bench.page.locator('.monaco-editor').getByText('"resourceType"').waitFor();
    });
    after(() => bench?.stop());
    afterEach(async function () {
      if (this.currentTest?.isFailed())
        await bench.picture(`failed-${locale}-${this.currentTest.title}`);
    });

    for (const theme of themes) {
      it(`is drawn in ${theme.name}`, async () => {
        await bench.theme(theme);
        await bench.row(fhir, /^Patient/).waitFor();
        await bench.form.locator('[data-send="request-token"]').click();
        await bench.form.getByText(valid).waitFor();
        await bench.picture(`${locale}-${theme.name}`);

        assert.deepEqual(await violations(bench), []);
      });
    }

    it('speaks the language of the editor', async () => {
      const words = await bench.form.locator('body').textContent();

      assert.equal(/[가-힣]/.test(words ?? ''), locale === 'ko');
    });
  });
}

async function violations({ form }: WorkbenchPage): Promise<string[]> {
  const frame = await (await form.locator('html').elementHandle())?.ownerFrame();
  assert.ok(frame);
  // By the debugger: the page itself may run no script but ours.
  await frame.evaluate(axe.source);
  return await frame.evaluate(async () => {
    const found = await Reflect.get(globalThis, 'axe').run();
    const shown = ({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
      `${id}: ${nodes[0]?.html}`;
    return found.violations.map(shown);
  });
}
