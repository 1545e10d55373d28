// Without a Site Address Override OpenEMR names itself by the Host that it was called by: whoever calls
// `localhost` finds `localhost` in every URL, and keeps its cookies on the way through the login.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestHandler } from 'express';

const address = new AsyncLocalStorage<string>();

/** Of the request under way; undefined outside of one. */
export function detectedAddress(): string | undefined {
  return address.getStore();
}

export const detectAddress: RequestHandler = (request, _response, next) => {
  const { host } = request.headers;
  // What could not be part of a URL is not worth repeating.
  if (host === undefined || !/^[\w.-]+(?::\d+)?$|^\[[\da-f:]+\](?::\d+)?$/i.test(host))
    return next();
  address.run(`${request.protocol}://${host}`, next);
};
