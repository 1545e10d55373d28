// A mock Orthanc on a free port with a clock that stands still and counted identifiers.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { SuiteContext } from '#mock-servers/kernel/mock-app.ts';
import {
  createOrthancMock,
  type OrthancMock,
  type OrthancMockOptions,
} from '#mock-servers/orthanc/orthanc-mock.ts';

export interface RunningMock {
  readonly url: string;
  readonly mock: OrthancMock;
  readonly clock: { nowMs: number };
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json(path: string): Promise<unknown>;
  post(
    path: string,
    body: Uint8Array | string,
    headers?: Record<string, string>,
  ): Promise<Response>;
  send(method: string, path: string, body?: string): Promise<Response>;
  close(): Promise<void>;
}

export async function runMock(options: OrthancMockOptions = {}): Promise<RunningMock> {
  const clock = { nowMs: Date.parse('2025-12-29T01:02:03Z') };
  let port = 0;
  const mock = await createOrthancMock(
    testContext(clock, () => port),
    options,
  );
  const app = express();
  app.disable('x-powered-by');
  app.use(mock.handler);
  const server = createServer(app);
  mock.tune?.(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const url = `http://127.0.0.1:${port}`;
  const call = (method: string, path: string, init: RequestInit = {}) =>
    fetch(url + path, { method, redirect: 'manual', ...init });
  return {
    url,
    mock,
    clock,
    get: (path, headers = {}) => call('GET', path, { headers }),
    json: async (path) => (await call('GET', path)).json(),
    post: (path, body, headers = {}) => call('POST', path, { body: Buffer.from(body), headers }),
    send: (method, path, body) => call(method, path, body === undefined ? {} : { body }),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await mock.close();
    },
  };
}

function testContext(clock: { nowMs: number }, port: () => number): SuiteContext {
  let count = 0;
  const next = () => createHash('sha256').update(`test ${count++}`).digest();
  return {
    clock: { now: () => clock.nowMs },
    randomBytes: (size) => Buffer.concat(Array.from({ length: Math.ceil(size / 32) }, next), size),
    newUuid() {
      const hex = next().toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    baseUrl: () => `http://127.0.0.1:${port()}`,
    note: () => undefined,
  };
}
