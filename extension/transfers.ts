// Results of the last sending, until they are cleared: what failed can be sent again.
import * as vscode from 'vscode';
import type { SendRow } from '#core/workflows/send-dicom.ts';
import type { Destination } from './send-route.ts';

export interface Transfer {
  readonly to: Destination;
  readonly rows: readonly SendRow[];
  readonly isCancelled: boolean;
}

export interface Transfers extends vscode.Disposable {
  readonly last: Transfer | undefined;
  readonly onDidChange: vscode.Event<void>;
  set(transfer: Transfer | undefined): void;
}

export function createTransfers(): Transfers {
  const changed = new vscode.EventEmitter<void>();
  let last: Transfer | undefined;
  return {
    get last() {
      return last;
    },
    onDidChange: changed.event,
    set(transfer) {
      last = transfer;
      changed.fire();
    },
    dispose: () => changed.dispose(),
  };
}
