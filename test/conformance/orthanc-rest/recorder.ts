// Plays the scenario against any Orthanc and notes the answers in the form of the golden recordings.
import { Agent, request } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';
import { describeBody } from './describe-body.ts';
import { bodyBytes, type Recorded, type Recording, type Scenario, type Step } from './scenario.ts';

const kept = new Set(
  'content-type content-encoding content-disposition www-authenticate allow location cache-control x-content-type-options access-control-allow-origin set-cookie server content-location link content-range expires pragma'.split(
    ' ',
  ),
);
const LIMIT_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Empties the server first; `uploads` are the files that are put back before the DICOMweb part. */
export async function record(url: string, { steps, files }: Scenario): Promise<Recording> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const client = new Client(url, agent);
  const recording: Record<string, Recorded> = {};
  const captured = new Map<string, string>();
  const counts = new Map<string, number>();
  try {
    await client.wipe();
    for (const step of steps) {
      if (step.group === 'between') await between(step, client, files, captured);
      else {
        const answer = await client.send(withIds(step, captured), bodyBytes(step.body, files));
        if (step.capture !== undefined) capture(step.capture, answer, captured);
        const key = `${step.group}|${step.id}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        recording[`${key}#${count}`] = noted(answer);
      }
    }
  } finally {
    agent.destroy();
  }
  return recording;
}

/** Steps that no recording shows: emptying, filling again, waiting for a job, finding an id. */
async function between(
  step: Step,
  client: Client,
  files: Scenario['files'],
  captured: Map<string, string>,
): Promise<void> {
  if (step.id === 'wipe') return client.wipe();
  const path = withIds(step, captured);
  if (step.id === 'wait') return client.wait(path.path);
  const answer = await client.send(path, bodyBytes(step.body, files));
  if (step.capture !== undefined) capture(step.capture, answer, captured);
}

function capture(name: string, { body }: Answer, captured: Map<string, string>): void {
  const json: unknown = JSON.parse(body.toString());
  const first: unknown = Array.isArray(json) ? json[0] : json;
  if (typeof first !== 'object' || first === null || !('ID' in first)) {
    throw new Error(`No id for ${name} in the answer ${body.toString().slice(0, 200)}`);
  }
  captured.set(name, String(first.ID));
}

function withIds(step: Step, captured: ReadonlyMap<string, string>): Step {
  const path = step.path.replace(/\{\{([^}]+)\}\}/g, (_whole, name: string) => {
    const id = captured.get(name);
    if (id === undefined) throw new Error(`${step.id} needs ${name}, which no answer gave`);
    return id;
  });
  return { ...step, path };
}

function noted({ status, rawHeaders, headers, body }: Answer): Recorded {
  const names: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (kept.has(name)) names[name] = rawHeaders[at + 1] ?? '';
  }
  const type = String(headers['content-type'] ?? '');
  return {
    status,
    headers: names,
    body: describeBody(unpacked(body, headers['content-encoding']), type),
  };
}

export function unpacked(body: Buffer, encoding: unknown): Buffer {
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'deflate' ? inflateSync(body) : body;
}

export class Client {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, agent: Agent) {
    this.#url = new URL(url);
    this.#agent = agent;
  }

  send(
    { method, path, headers = {} }: Pick<Step, 'method' | 'path' | 'headers'>,
    body?: Buffer,
  ): Promise<Answer> {
    const hasLength = 'Transfer-Encoding' in headers || body === undefined;
    const all = hasLength ? headers : { ...headers, 'Content-Length': String(body.length) };
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const call = request(
        { hostname, port, method, path, headers: all, agent: this.#agent, timeout: LIMIT_MS },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode = 0, rawHeaders, headers: parsed } = response;
            resolve({
              status: statusCode,
              rawHeaders,
              headers: parsed,
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      call.on('timeout', () =>
        call.destroy(new Error(`${method} ${path} took longer than ${LIMIT_MS} ms`)),
      );
      call.on('error', (cause) => reject(new Error(`${method} ${path} failed`, { cause })));
      call.end(body);
    });
  }

  async wipe(): Promise<void> {
    const { body } = await this.send({ method: 'GET', path: '/patients' });
    for (const id of JSON.parse(body.toString()) as string[]) {
      await this.send({ method: 'DELETE', path: `/patients/${id}` });
    }
  }

  async wait(path: string): Promise<void> {
    const until = Date.now() + LIMIT_MS;
    for (;;) {
      const { body } = await this.send({ method: 'GET', path });
      const { State } = JSON.parse(body.toString()) as { State: string };
      if (State === 'Success') return;
      if (State === 'Failure' || Date.now() > until) throw new Error(`${path} ended as ${State}`);
    }
  }
}
