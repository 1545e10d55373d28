// Calls made of the mock and of Debian's Orthanc, and what a server invents taken out of the answers.
import assert from 'node:assert/strict';
import { type DimsePeerUnderControl, startDimsePeer } from '#test/support/dimse-peer.ts';
import { type OrthancKind, orthancs, skipLoudly } from './servers.ts';

const [mockKind, realKind] = orthancs;
assert.ok(mockKind !== undefined && realKind !== undefined);
export const mock: OrthancKind = mockKind;
export const real: OrthancKind = realKind;

export interface Sent {
  readonly method?: string;
  readonly path: string;
  /** JSON, unless it is text or bytes already. */
  readonly body?: unknown;
}

/** One session with each server, the real one first, for the cases of the suite that calls this. */
export function sessionsOfBoth<Session>(
  open: (kind: OrthancKind) => Promise<Session>,
  close: (session: Session) => Promise<void>,
  whyMissing = real.missing,
): readonly Session[] {
  const sessions: Session[] = [];
  before(async function () {
    const reason = whyMissing();
    if (reason !== undefined) skipLoudly(this, reason);
    for (const kind of [real, mock]) sessions.push(await open(kind));
  });
  after(async () => {
    for (const session of sessions) await close(session);
  });
  return sessions;
}

/** A peer that misbehaves as it is told, for the cases of the suite that calls this. */
export function peerOfSuite(): () => DimsePeerUnderControl {
  let peer: DimsePeerUnderControl | undefined;
  before(async () => {
    peer = await startDimsePeer();
  });
  after(() => peer?.close());
  return () => peer ?? assert.fail('The peer has not been started');
}

/** Asks both, and gives the answer that the mock has in common with the real one. */
export async function sameOf<Session, Answer>(
  sessions: readonly Session[],
  ask: (session: Session) => Promise<Answer>,
): Promise<Answer> {
  assert.equal(sessions.length, 2);
  const [fromReal, fromMock] = await Promise.all(sessions.map(ask));
  assert.deepEqual(fromMock, fromReal);
  return fromReal as Answer;
}

/** GET, or POST when there is a body. */
export async function call(url: string, { path, body, method }: Sent) {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'Accept-Encoding': 'identity', Connection: 'close' },
    ...(body !== undefined && {
      body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** @returns the `ID` and those of the parents */
export async function upload(url: string, file: Uint8Array = new Uint8Array()) {
  const { text } = await call(url, { path: '/instances', body: file });
  return JSON.parse(text) as Record<string, string>;
}

/** Waits for the end of a job. */
export async function untilDone(url: string): Promise<void> {
  for (const endAt = Date.now() + 20_000; Date.now() < endAt; ) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} ${answer.status}`);
    const { State } = (await answer.json()) as { State: string };
    if (State === 'Success' || State === 'Failure') return;
  }
  throw new Error(`${url} does not end`);
}

/** Without the ids and times that a server invents. */
export function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/\d{8}T\d{6}(\.\d+)?/g, 'TIME')
    .replace(/"EffectiveRuntime" : [\d.]+/g, '"EffectiveRuntime" : SECONDS');
}
