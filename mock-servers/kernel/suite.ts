// The servers that live and die together. Order of a start: bind every port, make and seed every
// server, open DIMSE; only then the gate opens and the suite is ready.
import { createServer, type RequestListener } from 'node:http';
import type { Clock } from '#core/clock.ts';
import {
  controlProduct,
  type MockClient,
  type ServerName,
  type SuiteHealth,
  type SuiteUrls,
} from '#core/control/wire.ts';
import { createApp } from './app.ts';
import type { Certificate } from './certificate.ts';
import { createMockClock, type MockClock } from './clock.ts';
import { type ControlDeps, createControl } from './control.ts';
import { createGate } from './gate.ts';
import { createJournal } from './journal.ts';
import { createLease, type Lease } from './lease.ts';
import { bind, bindFailure, type Listener, LOOPBACK } from './listener.ts';
import type { MockApp, MockMaker, SuiteContext } from './mock-app.ts';
import { createSeededRandom, type SeededRandom } from './random.ts';
import { createScenarios, type Scenarios } from './scenarios.ts';
import { createSnapshots } from './snapshot.ts';
import type { TlsMode } from './tls-mode.ts';

export interface SuiteOptions {
  readonly makers: Readonly<Partial<Record<ServerName, MockMaker>>>;
  readonly ports: Readonly<Record<ServerName | 'dimse', number>>;
  readonly seed: string;
  /** `keep` leaves what a data folder holds. */
  readonly initial: 'seed' | 'empty' | 'keep';
  readonly clock: Clock;
  readonly journalHeader: boolean;
  /** OpenEMR behind TLS. */
  readonly https?: TlsMode;
  readonly leaseSeconds?: number;
  /** Closed by itself: nobody has renewed its lease, or the control plane was told to. */
  readonly onEnd?: (reason: EndReason) => void;
  /** Every socket and file is closed, for whatever reason. */
  readonly onClosed?: () => void;
}

export type EndReason = 'lease' | 'stop';

export interface RunningSuite {
  readonly urls: SuiteUrls;
  readonly ports: Readonly<Record<string, number>>;
  readonly clients: readonly MockClient[];
  readonly certificate?: string;
  stop(): Promise<void>;
}

const labels: Readonly<Record<ServerName, string>> = {
  openemr: 'OpenEMR',
  fhir: 'FHIR',
  orthanc: 'Orthanc',
};

export class Suite {
  readonly #options: SuiteOptions;
  readonly #names: readonly ServerName[];
  readonly #listeners = new Map<ServerName, Listener>();
  readonly #mocks = new Map<ServerName, MockApp>();
  readonly #randoms: ReadonlyMap<ServerName, SeededRandom>;
  readonly #clock: MockClock;
  readonly #journal = createJournal();
  readonly #scenarios: Scenarios;
  readonly #gate = createGate();
  readonly #lease: Lease;
  readonly #control: RequestListener;
  readonly #startedAtMs: number;
  #certificate: Certificate | undefined;
  #status: SuiteHealth['status'] = 'starting';
  #starting: Promise<RunningSuite> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: SuiteOptions) {
    const { seed } = options;
    this.#options = options;
    this.#names = Object.keys(options.makers) as ServerName[];
    this.#randoms = new Map(this.#names.map((name) => [name, createSeededRandom(seed, name)]));
    this.#clock = createMockClock(options.clock);
    this.#startedAtMs = options.clock.now();
    this.#scenarios = createScenarios(createSeededRandom(seed, 'scenarios').fraction);
    this.#lease = createLease(() => this.#end('lease'), options.leaseSeconds);
    this.#control = createControl(this.#controlDeps());
  }

  /** @throws WorkbenchError `PORT_BUSY`; call `stop` then, to close what has opened */
  start(): Promise<RunningSuite> {
    this.#starting = this.#gate.hold(async () => {
      await this.#prepareTls();
      await settleAll(this.#names.map((name) => this.#listen(name)));
      await settleAll(this.#names.map((name) => this.#make(name)));
      this.#status = 'ready';
      const urls = this.#urls();
      return {
        urls,
        ports: portsOf(urls),
        clients: [...this.#mocks.values()].flatMap((mock) => mock.clients?.() ?? []),
        ...(this.#certificate && { certificate: this.#certificate.cert }),
        stop: () => this.stop(),
      };
    });
    return this.#starting;
  }

  /** Resolves when every socket and file is closed; safe to call at any time and twice. */
  stop(): Promise<void> {
    this.#status = 'stopping';
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  #end(reason: EndReason): void {
    void this.stop().then(() => this.#options.onEnd?.(reason));
  }

  async #close(): Promise<void> {
    this.#lease.end();
    // What a start opens after this would stay open; its failure belongs to who called it.
    await this.#starting?.catch(() => undefined);
    try {
      await settleAll([...this.#listeners.values()].map((listener) => listener.close()));
      await settleAll([...this.#mocks.values()].map((mock) => mock.close()));
    } finally {
      this.#options.onClosed?.();
    }
  }

  async #listen(name: ServerName): Promise<void> {
    const app = createApp({
      name,
      clock: this.#clock,
      journal: this.#journal,
      scenarios: this.#scenarios,
      control: this.#control,
      gate: this.#gate,
      mock: () => this.#mocks.get(name),
      journalHeader: this.#options.journalHeader,
    });
    const port = this.#options.ports[name];
    const address = { port, label: labels[name], option: `--port-${name}` };
    const tls = this.#certificateOf(name);
    const server = tls
      ? (await import('./tls-server.ts')).createTlsServer(tls, app)
      : createServer(app);
    this.#listeners.set(name, await bind(server, address));
  }

  async #prepareTls(): Promise<void> {
    const { https, clock } = this.#options;
    if (!https) return;
    const { makeCertificate } = await import('./certificate.ts');
    this.#certificate = await makeCertificate(https, clock.now());
  }

  #certificateOf(name: ServerName): Certificate | undefined {
    return name === 'openemr' ? this.#certificate : undefined;
  }

  async #make(name: ServerName): Promise<void> {
    const { makers, initial, ports } = this.#options;
    const mock = await makers[name]?.(this.#context(name));
    if (!mock) return;
    this.#mocks.set(name, mock);
    const listener = this.#listeners.get(name);
    if (listener) mock.tune?.(listener.server);
    if (initial !== 'keep') await mock.reset(initial);
    await mock.start?.().catch((error: NodeJS.ErrnoException) => {
      throw bindFailure(error, { port: ports.dimse, label: 'DIMSE', option: '--port-dimse' });
    });
  }

  #context(name: ServerName): SuiteContext {
    const random = this.#randoms.get(name) ?? createSeededRandom(this.#options.seed, name);
    return {
      clock: this.#clock,
      randomBytes: random.randomBytes,
      newUuid: random.newUuid,
      baseUrl: (server) => this.#baseUrl(server) ?? '',
      note: this.#journal.note,
    };
  }

  #controlDeps(): ControlDeps {
    const mocks = async (): Promise<MockApp[]> => [...this.#mocks.values()];
    const snapshots = createSnapshots(mocks);
    return {
      health: () => this.#health(),
      mocks,
      reset: (to) => this.#replace(() => this.#reset(to)),
      stop: () => this.#end('stop'),
      certificate: () => this.#certificate?.cert,
      clock: this.#clock,
      journal: this.#journal,
      lease: this.#lease,
      scenarios: this.#scenarios,
      snapshots: {
        ...snapshots,
        save: (name) => this.#gate.hold(() => snapshots.save(name)),
        load: (name) => this.#replace(() => snapshots.load(name), snapshots.has(name)),
        remove: (name) => this.#gate.hold(() => snapshots.remove(name)),
      },
    };
  }

  /** Nothing that waits for other servers holds it up, unless it may turn out that nothing is to be done. */
  #replace<T>(work: () => Promise<T>, isSure = true): Promise<T> {
    const mocks = isSure ? [...this.#mocks.values()] : [];
    const goOns = mocks.map((mock) => mock.interrupt?.());
    return this.#gate.hold(async () => {
      try {
        return await work();
      } finally {
        for (const goOn of goOns) goOn?.();
      }
    });
  }

  /** As it was at READY: data, ids to come, clock, faults and journal. */
  async #reset(to: 'seed' | 'empty'): Promise<void> {
    for (const random of this.#randoms.values()) random.rewind();
    this.#clock.reset();
    this.#scenarios.clear();
    await Promise.all([...this.#mocks.values()].map((mock) => mock.reset(to)));
    this.#journal.clear();
  }

  #health(): SuiteHealth {
    const lease = this.#lease.state();
    return {
      product: controlProduct,
      status: this.#status,
      pid: process.pid,
      startedAtMs: this.#startedAtMs,
      urls: this.#urls(),
      servers: Object.fromEntries([...this.#mocks].map(([name, mock]) => [name, mock.stats()])),
      requests: this.#journal.counts(),
      clock: this.#clock.state(),
      ...(lease && { lease }),
    };
  }

  #urls(): SuiteUrls {
    const openemr = this.#baseUrl('openemr');
    const fhir = this.#baseUrl('fhir');
    const orthanc = this.#baseUrl('orthanc');
    const dimsePort = this.#mocks.get('orthanc')?.dimsePort?.();
    return {
      ...(openemr && { openemr }),
      ...(fhir && { fhir: `${fhir}/fhir` }),
      ...(orthanc && { orthanc }),
      ...(dimsePort !== undefined && { dimse: `${LOOPBACK}:${dimsePort}` }),
    };
  }

  #baseUrl(name: ServerName): string | undefined {
    const listener = this.#listeners.get(name);
    const scheme = this.#certificateOf(name) ? 'https' : 'http';
    return listener && `${scheme}://${LOOPBACK}:${listener.port}`;
  }
}

function portsOf(urls: SuiteUrls): Record<string, number> {
  const entries = Object.entries(urls) as [string, string][];
  return Object.fromEntries(
    entries.map(([name, url]) => [name, Number(/:(\d+)(?:\/|$)/.exec(url)?.[1])]),
  );
}

/** Like Promise.all, but nothing is left under way when it throws. */
async function settleAll(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
