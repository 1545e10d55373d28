// Everything that is heavy, in a bundle of its own (dist/clients.mjs) that is loaded on first use.
import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { createFhirClient, type FhirClient } from '#core/fhir/client.ts';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import type { Http, HttpEvent } from '#core/http.ts';
import type { ProxySettings } from '#core/http-proxy.ts';
import { readSigningKey } from '#core/oauth/signing-key.ts';
import { createTokenCache, type TokenCache } from '#core/oauth/token-cache.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import {
  createOrthancClient,
  type OrthancClient,
  type OrthancOptions,
} from '#core/orthanc/client.ts';
import { createDicomWebClient, type DicomWebClient } from '#core/orthanc/dicomweb.ts';
import { createHttp } from '#core/undici-http.ts';
import {
  type Connection,
  type ConnectionSecrets,
  type ConnectionSettings,
  connect,
} from '#core/workflows/connect.ts';

export { defaultAet, parseDicomNode } from '#core/dimse/address.ts';
export { echo } from '#core/dimse/scu.ts';
export { storeSender } from '#core/dimse/store-sender.ts';
export { validateResource } from '#core/fhir/validate/validate.ts';
export { explainTokenError } from '#core/oauth/explain.ts';
export { dicomNodeOf } from '#core/orthanc/dicom-node.ts';
export { restSender } from '#core/orthanc/rest-sender.ts';
export { stowSender } from '#core/orthanc/stow-sender.ts';
export { examine } from '#core/workflows/doctor.ts';
export { sendDicom } from '#core/workflows/send-dicom.ts';
export { openJournal } from '#core/workflows/send-dicom-journal.ts';
export { locateIssue } from './documents/locate-issue.ts';

export interface Clients {
  readonly http: Http;
  readonly tokens: TokenCache;
  connect(settings: ConnectionSettings, secrets: () => Promise<ConnectionSecrets>): Connection;
  fhir(baseUrl: string): FhirClient;
  orthanc(baseUrl: string, credentials?: OrthancOptions['credentials']): OrthancClient;
  dicomWeb(baseUrl: string, credentials?: OrthancOptions['credentials']): DicomWebClient;
  close(): Promise<void>;
}

export interface ClientsOptions {
  /** PEM certificates that are trusted besides those of the system. */
  readonly ca?: string;
  readonly proxy?: ProxySettings;
  readonly onEvent: (event: HttpEvent) => void;
  readonly onToken: (key: string, token: TokenSet | undefined) => void;
}

export function createClients({ ca, proxy, onEvent, onToken }: ClientsOptions): Clients {
  const clock = systemClock;
  const userAgent = 'openemr-workbench';
  const trust = { ...(ca !== undefined && { ca }), ...(proxy && { proxy }) };
  const http = createHttp({ clock, onEvent, userAgent, ...trust });
  const tokens = createTokenCache({ clock, onChange: onToken });
  const ports = { http, clock, newId: randomUUID, tokens };
  return {
    http,
    tokens,
    connect: (settings, secrets) => connect(settings, { ...ports, secrets }),
    fhir: (baseUrl) => createFhirClient({ http, baseUrl }),
    orthanc: (baseUrl, credentials) =>
      createOrthancClient({ http, baseUrl, ...(credentials && { credentials }) }),
    dicomWeb: (baseUrl, credentials) =>
      createDicomWebClient({ http, baseUrl, ...(credentials && { credentials }) }),
    close: () => http.close(),
  };
}

/** @throws WorkbenchError `OAUTH_SETTINGS` when this is not a usable private key */
export function assertPrivateKey(source: string): void {
  readSigningKey(source);
}

/** @returns undefined for text that is no JSON */
export function parseOrNothing(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined; // the caller has nothing to check then
  }
}
