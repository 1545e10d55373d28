// Listens for DICOM associations; what they ask for goes to the archive through its port.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { ArchivePort } from './port.ts';
import { serve } from './session.ts';

export interface DimseServer {
  readonly port: number;
  /** Ends every association; resolves when all sockets are closed. Safe to call twice. */
  close(): Promise<void>;
}

export interface DimseServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  readonly archive: ArchivePort;
  /** Hears of bugs of ours; what clients do wrong is not reported. */
  readonly onError?: (error: unknown) => void;
}

/** @throws what `listen` reports, such as EADDRINUSE */
export async function startDimseServer({
  port,
  host = '127.0.0.1',
  archive,
  onError = () => {},
}: DimseServerOptions): Promise<DimseServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The session's reader sees it; without a listener Node would end the process
    socket.on('error', () => {});
    serve(socket, archive).catch(onError);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  let closed: Promise<void> | undefined;
  const close = async () => {
    const ended = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await ended;
  };
  return {
    port: bound,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
