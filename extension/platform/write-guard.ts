// Real servers are read-only until a person has said otherwise, for this session and this server.
import * as vscode from 'vscode';
import { parseHttpUrl } from '#core/base-url.ts';
import { parseDicomNode } from '#core/dimse/address.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { readHealth } from './mock-control.ts';

export interface WriteGuard extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  canWrite(serverUrl: string): Promise<boolean>;
  /** @throws WorkbenchError `WRITE_LOCKED` */
  assertWritable(serverUrl: string): Promise<void>;
  /**
   * Asks the person; remembers a yes until the window closes.
   *
   * @throws WorkbenchError `HTTP_BAD_URL`
   */
  askToAllow(serverUrl: string): Promise<boolean>;
  forbidAll(): void;
}

export function createWriteGuard(): WriteGuard {
  const changed = new vscode.EventEmitter<void>();
  const allowed = new Set<string>();

  const canWrite: WriteGuard['canWrite'] = async (serverUrl) => {
    if (!URL.canParse(serverUrl)) return false;
    const key = keyOf(new URL(serverUrl));
    if (allowed.has(key)) return true;
    // Asked each time: where a mock has ended, a real server may listen a moment later.
    return !isDicomNode(serverUrl) && (await readHealth(serverUrl)) !== undefined;
  };

  return {
    onDidChange: changed.event,
    canWrite,
    async assertWritable(serverUrl) {
      if (!(await canWrite(serverUrl))) throw locked(new URL(serverUrl).host);
    },
    async askToAllow(serverUrl) {
      const url = isDicomNode(serverUrl) ? parseNodeUrl(serverUrl) : parseHttpUrl(serverUrl);
      const { host } = url;
      if (await canWrite(serverUrl)) return true;
      const { t } = vscode.l10n;
      const allow = t('Allow Changes');
      const answer = await vscode.window.showWarningMessage(
        t('{host} is a real server. Allow changes to it until this window is closed?', { host }),
        {
          modal: true,
          detail: t(
            'What you save, send or delete then changes its records. Mock servers never need this.',
          ),
        },
        allow,
      );
      if (answer !== allow) return false;
      allowed.add(keyOf(url));
      changed.fire();
      return true;
    },
    forbidAll() {
      allowed.clear();
      changed.fire();
    },
    dispose: () => changed.dispose(),
  };
}

/** `dicom://host:port`: it cannot tell whether it is a mock, so a person decides. */
function isDicomNode(serverUrl: string): boolean {
  return serverUrl.startsWith('dicom://');
}

/** @throws WorkbenchError `SETTINGS_INVALID` */
function parseNodeUrl(serverUrl: string): URL {
  parseDicomNode(serverUrl.slice('dicom://'.length));
  return new URL(serverUrl);
}

/** Of schemes that are not the web's, `URL.origin` is always `null`. */
function keyOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

function locked(host: string): WorkbenchError {
  return new WorkbenchError(
    'WRITE_LOCKED',
    text(
      'Nothing was sent: {host} is a real server and read-only in this session. Allow changes first with "Allow Changes on Real Server for This Session…".',
      { host },
    ),
  );
}
