// A file of its own, because TLS takes its share of the start and is loaded only when it is asked for.
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Certificate } from './certificate.ts';

export function createTlsServer(certificate: Certificate, app: RequestListener): Server {
  return createServer(certificate, app);
}
