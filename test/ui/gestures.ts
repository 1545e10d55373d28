// What a person does with keys and dialogs, and the servers beside the window.
import { createServer, type Server } from 'node:http';
import type { WorkbenchPage } from './workbench-page.ts';

/** An Orthanc that is not ours. */
export function realServer(writes: string[]): Server {
  return createServer((request, response) => {
    const isUpload = request.method === 'POST' && request.url === '/instances';
    if (request.method !== 'GET') writes.push(`${request.method} ${request.url}`);
    request.resume();
    request.on('end', () => {
      response.writeHead(isUpload ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isUpload ? '{"ID":"a-b","Status":"Success"}' : '[]');
    });
  });
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by the assertions of each test.
type Fields = any;

export async function fetchJson(url: string): Promise<Fields> {
  return await (await fetch(url)).json();
}

/** Find and replace in the active editor, by keys. */
export async function replaceInEditor(
  { page }: WorkbenchPage,
  from: string,
  to: string,
): Promise<void> {
  await page.locator('.editor-instance .monaco-editor .view-lines').last().click();
  await page.keyboard.press('Control+H');
  await page.locator('.find-widget .find-part textarea').fill(from);
  await page.locator('.find-widget .replace-part textarea').fill(to);
  await page.keyboard.press('Control+Alt+Enter');
  await page.keyboard.press('Escape');
  await page.locator('.tab.active.dirty').waitFor();
}

/** The file dialog of VS Code in a browser is an input that takes a path. */
export async function answerFileDialog({ page }: WorkbenchPage, path: string): Promise<void> {
  const dialog = page.locator('.quick-input-widget:visible');
  const input = dialog.locator('input[type="text"]');
  await dialog.locator('.monaco-list-row').first().waitFor();
  // Until its first listing is there, the dialog replaces what is typed.
  await waitUntil(async () => {
    await input.fill(path);
    await page.waitForTimeout(400);
    return (await input.inputValue()) === path;
  });
  await dialog.getByRole('button', { name: /^(OK|Send|Save)$/ }).click();
}

export async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 50));
}
