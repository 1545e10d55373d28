import * as vscode from 'vscode';
import { createLogger, type Logger } from '#core/log.ts';

export interface OutputLog {
  readonly log: Logger;
  readonly channel: vscode.LogOutputChannel;
}

export function createOutputLog(): OutputLog {
  const channel = vscode.window.createOutputChannel('OpenEMR Workbench', { log: true });
  const log = createLogger((level, event, fields) => {
    const isEmpty = Object.keys(fields).length === 0;
    channel[level](isEmpty ? event : `${event} ${JSON.stringify(fields)}`);
  });
  return { log, channel };
}
