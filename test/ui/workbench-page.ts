// VS Code with the packaged extension, and the parts of its window that the tests touch.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { installHost } from '../vscode/host/install.ts';
import { launchBrowser, startServer, workbenchUrl } from '../vscode/host/server.ts';
import { workspaceFiles } from '../vscode/workspace.ts';
import { waitUntil } from './gestures.ts';
import { packageExtension } from './package-vsix.ts';

const root = resolve(import.meta.dirname, '../..');
const screenshots = join(root, 'artifacts/screenshots');

/** As the theme picker names it, and the class that the window gets. */
export interface Theme {
  readonly label: string;
  readonly className: string;
}

export interface WorkbenchPage {
  readonly page: Page;
  readonly workspace: string;
  /** Inside of the connection form. */
  readonly form: FrameLocator;
  /** The pane of one view, by its title. */
  pane(title: string): Locator;
  row(view: string, name: string | RegExp): Locator;
  /** Runs a command by typing its title into the palette. */
  command(title: string): Promise<void>;
  /** Fills the input box that asks so. */
  answer(prompt: string, value: string): Promise<void>;
  notification(text: string | RegExp): Locator;
  theme(theme: Theme): Promise<void>;
  picture(name: string): Promise<void>;
  reload(): Promise<void>;
  stop(): Promise<void>;
}

let packaged: Promise<string> | undefined;

export async function openWorkbench(
  options: { readonly locale?: string; readonly ports?: Readonly<Record<string, number>> } = {},
): Promise<WorkbenchPage> {
  packaged ??= packageExtension(root, join(root, '.vscode-test'));
  const vsix = await packaged;
  const host = await installHost(root);
  const workspace = mkdtempSync(join(tmpdir(), 'openemr-workbench-ui-'));
  workspaceFiles(workspace, options.ports);
  const server = await startServer(host, {
    vsix: [vsix],
    ...(options.locale !== undefined && { locale: options.locale }),
  });
  let browser: Browser | undefined;
  const stop = async () => {
    await browser?.close();
    await server.stop();
    rmSync(workspace, { recursive: true, force: true });
  };
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 1100 } });
    page.setDefaultTimeout(45_000);
    await page.goto(workbenchUrl(server.port, { folder: workspace }));
    await openContainer(page);
    return { ...partsOf(page), page, workspace, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openContainer(page: Page): Promise<void> {
  const icon = page.locator('.activitybar .action-label[aria-label^="OpenEMR Workbench"]');
  await icon.first().waitFor({ timeout: 60_000 });
  await icon.first().click();
}

function partsOf(page: Page): Omit<WorkbenchPage, 'page' | 'workspace' | 'stop'> {
  const pane = (title: string) =>
    page.locator('.split-view-view:has(> .pane)').filter({
      has: page.locator('.pane-header h3.title', { hasText: new RegExp(`^${title}$`) }),
    });
  const parts: ReturnType<typeof partsOf> = {
    pane,
    form: page.frameLocator('iframe.webview.ready >> nth=0').frameLocator('iframe#active-frame'),
    row: (view, name) => pane(view).getByRole('treeitem', { name }).first(),
    async command(title) {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget:visible input[type="text"]');
      await input.fill(`>${title}`);
      await page.locator('.quick-input-list').getByText(title).first().waitFor();
      // An editor that is just shown may have taken the keys.
      await input.press('Enter');
    },
    async answer(prompt, value) {
      const box = page.locator('.quick-input-widget:visible').filter({ hasText: prompt });
      await box.locator('input[type="text"]').fill(value);
      await page.keyboard.press('Enter');
    },
    notification: (text) =>
      page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }),
    async theme({ label, className }) {
      const picker = page.locator('.quick-input-widget:visible');
      const wanted = picker.getByPlaceholder(/^Select Color Theme/);
      await waitUntil(async () => {
        // A picture that has just been drawn takes the keys.
        await page.locator('.part.titlebar').click({ position: { x: 8, y: 8 } });
        // By its keys: the palette puts "Browse Color Themes in Marketplace" first.
        await page.keyboard.press('Control+K');
        await page.keyboard.press('Control+T');
        return wanted.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      });
      await wanted.fill(label);
      await picker.getByRole('option', { name: label }).first().click();
      await page.locator(`.monaco-workbench.${className}`).waitFor();
      await picker.waitFor({ state: 'hidden' });
    },
    async picture(name) {
      mkdirSync(screenshots, { recursive: true });
      // Away from everything that shows a hover.
      await page.mouse.move(1000, 1085);
      await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
    },
    async reload() {
      await page.reload();
      await openContainer(page);
    },
  };
  return parts;
}
