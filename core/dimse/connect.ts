// The socket under an association, and how long its peer may keep us waiting.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Connection } from './connection.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Destroys the socket, also once it is connected. */
  readonly signal?: AbortSignal;
}

/** @throws what the socket reports, or that it took too long */
export async function connectTo(
  { host, port, signal }: Address,
  timeoutMs: number,
): Promise<Socket> {
  const socket = connect({ host, port, ...(signal === undefined ? {} : { signal }) });
  // Who reads the stream sees later errors; without a listener Node would end the process
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(new Error('connect timed out')), timeoutMs);
  try {
    await once(socket, 'connect');
    return socket;
  } finally {
    clearTimeout(timer);
  }
}

/** A peer that says nothing at all must not hold us for ever: the connection is destroyed, `expired` thrown. */
export async function inTime<T>(
  answer: Promise<T>,
  connection: Connection,
  timeoutMs: number,
  expired: () => Error,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(expired());
    connection.destroy();
  }, timeoutMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
