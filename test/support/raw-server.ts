import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { Listening } from './listen.ts';

/** A server that speaks whatever `onConnection` writes, for answers no HTTP server would give. */
export async function listenRaw(onConnection: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A port nobody listens on: one that was free a moment ago. */
export async function closedPort(): Promise<string> {
  const server = await listenRaw(() => {});
  await server.close();
  return server.url;
}
