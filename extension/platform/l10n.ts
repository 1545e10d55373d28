import * as vscode from 'vscode';
import type { Text } from '#core/text.ts';

/** A sentence of core in the language of the editor. */
export function render({ template, args }: Text): string {
  return vscode.l10n.t(template, args);
}
