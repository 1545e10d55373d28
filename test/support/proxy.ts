// A proxy as companies have them: CONNECT for TLS, whole addresses for the rest. Whatever host is asked for, it
// goes to one server of the test.
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface RunningProxy {
  readonly host: string;
  /** `CONNECT host:port` or `GET http://host/path`, in turn. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param credentials - `user:password` that it demands */
export async function startProxy(target: string, credentials?: string): Promise<RunningProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const { hostname, port: targetPort } = new URL(target);
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    if (wanted !== undefined && req.headers['proxy-authorization'] !== wanted) {
      res.writeHead(407).end();
      return;
    }
    const { pathname, search } = new URL(req.url ?? '');
    const { method, headers } = req;
    const path = pathname + search;
    const onward = request({ hostname, port: targetPort, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(res);
    });
    req.pipe(onward);
  });
  server.on('connect', (req, client: Socket) => {
    asked.push(`${req.method} ${req.url}`);
    if (wanted !== undefined && req.headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const onward = connect(Number(targetPort), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
