// An HTTP server in front of another: passes requests on and notes them, as text.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

export interface HttpTap {
  readonly url: string;
  /** What has been asked since the last time this was asked. */
  said(): readonly string[];
  close(): Promise<void>;
}

export async function tapHttp(target: string): Promise<HttpTap> {
  let notes: string[] = [];
  const server = createServer((req, res) => {
    void passOn(req, res, target, (note) => notes.push(note));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    said: () => {
      const before = notes;
      notes = [];
      return before;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function passOn(
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
  note: (text: string) => void,
): Promise<void> {
  const body = Buffer.concat(await req.toArray());
  const { host: _host, connection: _connection, ...headers } = req.headers;
  const shown = Object.entries(headers)
    .sort()
    .map(([name, value]) => `${name}: ${value}`);
  note([`${req.method} ${req.url}`, ...shown, `${body.length} bytes`].join('\n'));
  const { 'transfer-encoding': _encoding, ...passed } = headers;
  const onward = request(
    target + req.url,
    { method: req.method, headers: { ...passed, 'content-length': body.length } },
    (answer) => {
      res.sendDate = false;
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(res);
    },
  );
  onward.once('error', () => res.destroy());
  onward.end(body);
}
