// What the tests share: the extension, its commands, and the running mock servers.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { SuiteUrls } from '#core/control/wire.ts';
import type { CommandId } from '#extension/ids.ts';

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('openemr-workbench.openemr-workbench');
  assert.ok(found, 'the extension is installed');
  return found;
}

export async function run<T>(command: CommandId, ...args: readonly unknown[]): Promise<T> {
  return await vscode.commands.executeCommand<T>(command, ...args);
}

/** Starts the mock servers, or joins those that run. */
export async function startMocks(): Promise<Required<SuiteUrls>> {
  const urls = await run<SuiteUrls | undefined>('openemrWorkbench.startMocks');
  assert.ok(urls?.openemr && urls.fhir && urls.orthanc, 'the mock servers run');
  return { dimse: '', ...urls } as Required<SuiteUrls>;
}

export async function fetchJson(url: string, init: RequestInit = {}): Promise<Fields> {
  const response = await fetch(url, init);
  assert.ok(response.ok, `${init.method ?? 'GET'} ${url} answered ${response.status}`);
  return (await response.json()) as Fields;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by the assertions of each test.
export type Fields = any;

/** Waits for what an event will bring; mocha's time limit is the other outcome. */
export async function until<T>(read: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await read();
    if (value) return value as NonNullable<T>;
    await delay(20);
  }
}

export function workspaceUri(...path: readonly string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, ...path);
}
