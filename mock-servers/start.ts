// Starts the three mock servers in this process and is the only door to them.

import { type Clock, systemClock } from '#core/clock.ts';
import type { MockClient, ServerName, SuiteUrls } from '#core/control/wire.ts';
import { openDataFolder } from './data-folder.ts';
import type { MockMaker } from './kernel/mock-app.ts';
import { type EndReason, Suite } from './kernel/suite.ts';
import type { TlsMode } from './kernel/tls-mode.ts';

export type { TlsMode } from './kernel/tls-mode.ts';

/** The ports of the team's guides. */
export const defaultPorts = { openemr: 8081, fhir: 8080, orthanc: 8042, dimse: 4242 } as const;

export interface StartOptions {
  /** 0 takes a free one. */
  readonly ports?: Partial<Record<ServerName | 'dimse', number>>;
  /** Fixes ids, tokens and the synthetic patients. */
  readonly seed?: string;
  /** Starts without patients and clients. */
  readonly empty?: boolean;
  /** OpenEMR release to answer as. */
  readonly profile?: string;
  /** OpenEMR as it is, without what the team's guides add. */
  readonly strict?: boolean;
  /** Folder that keeps the data over a restart; in memory without it. */
  readonly dataDir?: string;
  /** The FHIR server asks for bearer tokens. */
  readonly auth?: boolean;
  /** Orthanc release to answer as. */
  readonly orthancVersion?: string;
  /** Configuration file in Orthanc's own format. */
  readonly orthancConfig?: string;
  /** OpenEMR behind TLS, with a certificate made for this run. */
  readonly https?: TlsMode;
  readonly journalHeader?: boolean;
  readonly clock?: Clock;
  readonly leaseSeconds?: number;
  /** Everything is closed, because the lease has run out or the control plane was told to. */
  readonly onEnd?: (reason: EndReason) => void;
}

export interface MockServers {
  readonly urls: SuiteUrls;
  readonly ports: Readonly<Record<string, number>>;
  /** OAuth clients of the seed. */
  readonly clients: readonly MockClient[];
  /** PEM, with `https`: what a client must trust. */
  readonly certificate?: string;
  /** Resolves when every socket and file is closed; safe to call twice. */
  stop(): Promise<void>;
}

/** @throws WorkbenchError `PORT_BUSY`, `ALREADY_RUNNING` (the data folder); whatever was open is closed again */
export async function startMockServers(options: StartOptions = {}): Promise<MockServers> {
  const { seed = 'openemr-workbench', dataDir, leaseSeconds, onEnd } = options;
  const folder = dataDir === undefined ? undefined : await openDataFolder(dataDir, options);
  const suite = new Suite({
    makers: makers({ ...options, seed }),
    ports: { ...defaultPorts, ...options.ports },
    seed,
    initial: folder?.isKept ? 'keep' : options.empty ? 'empty' : 'seed',
    clock: options.clock ?? systemClock,
    journalHeader: options.journalHeader ?? true,
    ...(options.https && { https: options.https }),
    ...(leaseSeconds !== undefined && { leaseSeconds }),
    ...(onEnd && { onEnd }),
    ...(folder && { onClosed: folder.release }),
  });
  try {
    const servers = await suite.start();
    await folder?.keep(seed);
    return servers;
  } catch (error) {
    await suite.stop();
    throw error;
  }
}

/** Each mock is loaded on its own, so that the parts load while the sockets are being bound. */
function makers(options: StartOptions): Record<ServerName, MockMaker> {
  const { dataDir } = options;
  return {
    async openemr(context) {
      const { createOpenemrMock } = await import('./openemr/openemr-mock.ts');
      const { profile, strict } = options;
      return createOpenemrMock(context, defined({ profile, strict, dataDir }));
    },
    async fhir(context) {
      const { createFhirMock } = await import('./fhir/fhir-mock.ts');
      const { auth, seed } = options;
      return createFhirMock(context, defined({ auth, seed, dataDir }));
    },
    async orthanc(context) {
      const { createOrthancMock } = await import('./orthanc/orthanc-mock.ts');
      const { orthancVersion: version, orthancConfig: configFile } = options;
      const dimsePort = options.ports?.dimse ?? defaultPorts.dimse;
      return createOrthancMock(context, defined({ version, configFile, dimsePort, dataDir }));
    },
  };
}

/** With exactOptionalPropertyTypes an option that was not given must be absent. */
function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
