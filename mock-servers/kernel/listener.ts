// One loopback socket of the suite.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';

export const LOOPBACK = '127.0.0.1';

export interface Listener {
  readonly server: Server;
  readonly port: number;
  /** Ends open connections too; safe to call twice. */
  close(): Promise<void>;
}

/**
 * Binds a server on the loopback address.
 *
 * @param port - 0 for a free one
 * @throws WorkbenchError `PORT_BUSY`
 */
export async function bind(
  server: Server,
  { port, label, option }: { port: number; label: string; option: string },
): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: NodeJS.ErrnoException) => {
    throw bindFailure(error, { port, label, option });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () => closeServer(server),
  };
}

/** Turns what `listen` reports into a sentence; also for the DIMSE port of the Orthanc mock. */
export function bindFailure(
  error: NodeJS.ErrnoException,
  { port, label, option }: { port: number; label: string; option: string },
): unknown {
  if (error.code === 'EADDRINUSE') return portBusy(port, label, option, error);
  if (error.code === 'EACCES') return portForbidden(port, label, option, error);
  return error;
}

function portBusy(port: number, label: string, option: string, cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'PORT_BUSY',
    text(
      'Port {port} for {server} is already in use. Stop the other program, or choose another port with {option} (0 takes a free one).',
      { port, server: label, option },
    ),
    { cause },
  );
}

function portForbidden(
  port: number,
  label: string,
  option: string,
  cause: unknown,
): WorkbenchError {
  return new WorkbenchError(
    'PORT_BUSY',
    text(
      'Port {port} for {server} may not be used by this account. Choose a port above 1023 with {option} (0 takes a free one).',
      { port, server: label, option },
    ),
    { cause },
  );
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
