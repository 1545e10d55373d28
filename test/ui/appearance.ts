// Pictures of every view in four themes, and the form under axe in each of them; in the window that a
// test has open already, because a start costs more than everything here.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Frame } from 'playwright-core';
import type { WorkbenchPage } from './workbench-page.ts';

const themes = [
  { name: 'dark', label: 'Dark Modern', className: 'vs-dark' },
  { name: 'high-contrast', label: 'Dark High Contrast', className: 'hc-black' },
  { name: 'high-contrast-light', label: 'Light High Contrast', className: 'hc-light' },
  { name: 'light', label: 'Light Modern', className: 'vs' },
];

export interface Words {
  readonly locale: 'en' | 'ko';
  readonly fhir: string;
  readonly valid: RegExp;
}

/** @param bench - with running mock servers whose client the form has taken over */
export function describeAppearance(
  bench: () => WorkbenchPage,
  { locale, fhir, valid }: Words,
): void {
  describe(`appearance in ${locale}`, () => {
    before(async () => {
      const { form, page, row, pane } = bench();
      await form.locator('[current-value="neuronova-cdss-internal"]').waitFor();
      await row(fhir, /^Patient/).click();
      await pane(fhir).locator('[role="treeitem"][aria-level="3"]').first().click();
      await page.locator('.monaco-editor').getByText('"resourceType"').waitFor();
      await form.locator('[data-send="request-token"]').click();
      await form.getByText(valid).waitFor();
    });

    for (const theme of themes) {
      it(`is drawn in ${theme.name}`, async () => {
        await bench().theme(theme);
        await bench().form.locator('#token-scopes li.ok').first().waitFor();
        await bench().picture(`${locale}-${theme.name}`);

        assert.deepEqual(await blankIcons(bench()), []);
        assert.deepEqual(await violations(bench()), []);
      });
    }

    it('speaks the language of the editor', async () => {
      const words = await bench().form.locator('body').textContent();

      assert.equal(/[가-힣]/.test(words ?? ''), locale === 'ko');
    });
  });
}

/** Icons that the eye does not find: their font is not there, or they have the colour of the ground. */
async function blankIcons(bench: WorkbenchPage): Promise<string[]> {
  return await (await formFrame(bench)).evaluate(`
    [...document.querySelectorAll('#token-scopes .codicon')]
      .filter((icon) => !document.fonts.check('16px codicon') ||
        getComputedStyle(icon).color === getComputedStyle(document.body).backgroundColor)
      .map(({ className }) => className)`);
}

async function violations(bench: WorkbenchPage): Promise<string[]> {
  const frame = await formFrame(bench);
  // By the debugger: the page itself may run no script but ours.
  await frame.evaluate(axe.source);
  return await frame.evaluate(async () => {
    const found = await Reflect.get(globalThis, 'axe').run();
    const shown = ({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
      `${id}: ${nodes[0]?.html}`;
    return found.violations.map(shown);
  });
}

async function formFrame({ form }: WorkbenchPage): Promise<Frame> {
  const frame = await (await form.locator('html').elementHandle())?.ownerFrame();
  assert.ok(frame);
  return frame;
}
