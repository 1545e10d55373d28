import type { RequestHandler } from 'express';
import { isRecord, parseJson } from '#core/guards.ts';
import { RequestError } from './control-input.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Puts the JSON object of a request into `request.body`, whatever its content type says. */
export const readJsonBody: RequestHandler = async (request, _response, next) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new RequestError(413, 'The body is larger than 64 MiB.');
    chunks.push(chunk);
  }
  if (bytes > 0) request.body = parseBody(Buffer.concat(chunks).toString('utf8'));
  next();
};

function parseBody(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (cause) {
    throw Object.assign(new RequestError(400, 'The body is not JSON.'), { cause });
  }
  if (isRecord(value)) return value;
  throw new RequestError(400, 'Send a JSON object.');
}
