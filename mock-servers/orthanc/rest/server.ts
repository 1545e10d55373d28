// One request from the socket to the answer: authentication, method, route, and the errors of each.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { type Answer, bareStatus, jsonAnswer } from './answer.ts';
import { usernameOf } from './authentication.ts';
import { type Call, splitQuery, splitUri, uriOf } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import type { Hierarchy, Method } from './router.ts';
import { errorAnswer, send } from './send.ts';

/** Answers that a prefix gives on its own terms, before the table of routes: the explorer, dicom-web. */
export interface OrthancServer {
  readonly orthanc: Orthanc;
  readonly routes: Hierarchy<Handler>;
}

const unauthorized = bareStatus(401, { 'WWW-Authenticate': 'Basic realm="Orthanc Secure Area"' });

export function requestHandler(server: OrthancServer): RequestHandler {
  return (req, res, next) => {
    handle(req, res, server).catch((error: unknown) => {
      // The client has gone while it sent or received: nobody is left to answer.
      if (req.destroyed || res.destroyed || res.headersSent) res.destroy();
      else next(error);
    });
  };
}

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  server: OrthancServer,
): Promise<void> {
  const { orthanc } = server;
  const sending = { version: orthanc.version, acceptEncoding: acceptEncoding(req, orthanc) };
  const answer = await answerTo(req, server);
  // What was not read of the body must not be taken for the next request.
  if (!req.complete) req.resume();
  await send(answer, res, sending);
}

async function answerTo(req: IncomingMessage, server: OrthancServer): Promise<Answer> {
  const { orthanc, routes } = server;
  const uri = uriOf(req.url ?? '/');
  const username = usernameOf(req.headers.authorization, orthanc.config);
  if (username === undefined) return unauthorized;
  const method = req.method ?? 'GET';
  if (method === 'TRACE') return traceAnswer;
  // Orthanc: HEAD and OPTIONS are unknown everywhere, so no CORS preflight ever succeeds.
  if (method === 'HEAD' || method === 'OPTIONS') return bareStatus(404);
  const query = splitQuery(req.url ?? '/');
  const effective = effectiveMethod(method, req, query);
  if (!effective) return bareStatus(400);
  const call = {
    method: effective,
    uri: splitUri(uri),
    query,
    headers: req.headers,
    remoteIp: remoteIp(req),
    username,
    request: req,
  };
  try {
    return await route(call, routes, orthanc);
  } catch (error) {
    return errorAnswer(asOrthancError(error), effective, uri, orthanc.version);
  }
}

async function route(
  call: Omit<Call, 'params' | 'trailing'>,
  routes: Hierarchy<Handler>,
  orthanc: Orthanc,
): Promise<Answer> {
  const found = routes.find(call.method, call.uri);
  switch (found.kind) {
    case 'match': {
      const { handler, params, trailing } = found.match;
      return handler({ ...call, params, trailing }, orthanc);
    }
    case 'directory':
      return jsonAnswer(found.names);
    case 'not-allowed':
      return bareStatus(405, { Allow: found.allow.join(',') });
    case 'unknown':
      throw new OrthancError('unknownResource');
  }
}

function asOrthancError(error: unknown): OrthancError {
  if (error instanceof OrthancError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new OrthancError('fullStorage', undefined, { cause: error });
  // A stored file that is damaged, or a bug: the journal of the process has the cause, the client a plain 500.
  if (code !== 'ECONNRESET') process.emitWarning(error instanceof Error ? error : String(error));
  return new OrthancError('internal', undefined, { cause: error });
}

// Orthanc's HttpServer: Google's header on any method, Ruby on Rails' argument on GET.
function effectiveMethod(
  method: string,
  req: IncomingMessage,
  query: ReadonlyMap<string, string>,
): Method | undefined {
  const header = req.headers['x-http-method-override'];
  const wanted = header ?? (method === 'GET' ? query.get('_method') : undefined);
  if (wanted !== undefined && wanted !== '') {
    const upper = String(wanted).toUpperCase();
    return upper === 'PUT' || upper === 'DELETE' ? upper : undefined;
  }
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE'
    ? method
    : undefined;
}

function acceptEncoding(req: IncomingMessage, { config, version }: Orthanc): string {
  const isOn = config.compresses ?? version.compressesByDefault;
  return isOn ? String(req.headers['accept-encoding'] ?? '') : '';
}

function remoteIp(req: IncomingMessage): string {
  return (req.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}

// civetweb itself refuses TRACE, before Orthanc sees it.
const traceAnswer: Answer = {
  status: 400,
  contentType: 'text/plain; charset=utf-8',
  headers: {
    'Cache-Control': 'no-cache, no-store, must-revalidate, private, max-age=0',
    Expires: '0',
    Pragma: 'no-cache',
  },
  body: 'Error 400: Bad Request\nBad request',
};
