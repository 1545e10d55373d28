// The mock of an Orthanc server with its DICOMweb plugin, put together.
import { join } from 'node:path';
import { english, type Text } from '#core/text.ts';
import type { MockApp, SuiteContext } from '../kernel/mock-app.ts';
import { levels, metadataNumbers } from './archive/model.ts';
import { type ArchiveImage, dropFiles } from './archive/snapshot.ts';
import { parseConfig, type Settings } from './config.ts';
import { readConfigFile } from './config-file.ts';
import { createOrthanc, resetSettings } from './create-orthanc.ts';
import { archivePort } from './dimse/archive-port.ts';
import { type DimseServer, startDimseServer } from './dimse/scp.ts';
import type { Orthanc, RuntimeSettings } from './rest/orthanc.ts';
import { requestHandler } from './rest/server.ts';
import { storeDicom } from './rest/upload.ts';
import { orthancRoutes } from './routes.ts';
import { versionNamed } from './versions.ts';

export interface OrthancMockOptions {
  /** `1.12.7`, the default, or `1.10.1`. */
  readonly version?: string;
  /** Where index and files are kept; a temporary folder, removed at the end, by default. */
  readonly dataDir?: string;
  /** Path of a configuration file in Orthanc's own format. */
  readonly configFile?: string;
  /** Orthanc's own configuration keys, over those of the file. */
  readonly config?: Settings;
  /** 0 takes a free one. */
  readonly dimsePort?: number;
  /** DICOM files of the seeded state; the hospital's by default. */
  readonly seed?: () => Iterable<Uint8Array>;
  /** Hears of settings that have no effect; the process's warnings by default. */
  readonly onWarning?: (sentence: Text) => void;
}

interface OrthancState {
  readonly archive: ArchiveImage;
  readonly settings: RuntimeSettings;
}

export interface OrthancMock extends MockApp {
  /** What DIMSE and tests work on. */
  readonly orthanc: Orthanc;
}

/** Makes an empty archive, or opens the one of `dataDir`. @throws WorkbenchError `SETTINGS_INVALID` */
export async function createOrthancMock(
  context: SuiteContext,
  options: OrthancMockOptions = {},
): Promise<OrthancMock> {
  const version = versionNamed(options.version);
  const file = options.configFile === undefined ? {} : readConfigFile(options.configFile);
  const config = parseConfig({ ...file, ...options.config });
  for (const warning of config.warnings) (options.onWarning ?? warn)(warning);
  const directory = options.dataDir === undefined ? undefined : join(options.dataDir, 'orthanc');
  const orthanc = createOrthanc({
    context,
    version,
    config,
    directory,
    dimsePort: options.dimsePort,
  });
  await orthanc.archive.recover();
  let dimse: DimseServer | undefined;
  return {
    name: 'orthanc',
    orthanc,
    handler: requestHandler({ orthanc, routes: orthancRoutes(orthanc) }),
    tune(server) {
      // Orthanc closes an idle connection after one second: a client that reuses it later meets a reset.
      server.keepAliveTimeout = 1000;
      server.keepAliveTimeoutBuffer = 0;
      // An Expect header that is not 100-continue is ignored.
      server.on('checkExpectation', (req, res) => server.emit('request', req, res));
    },
    interrupt: () => orthanc.outgoing.interrupt(),
    async reset(to) {
      await orthanc.jobs.clear();
      await orthanc.archive.clear();
      resetSettings(orthanc);
      if (to === 'seed') await seedArchive(orthanc, options.seed ?? (await hospitalSeed()));
    },
    stats: () =>
      Object.fromEntries(
        levels.map((level) => [level.toLowerCase(), orthanc.archive.resources.count(level)]),
      ),
    snapshot: async () => ({
      archive: orthanc.archive.image(),
      settings: copyOf(orthanc.settings),
    }),
    async restore(state) {
      const { archive, settings } = state as OrthancState;
      await orthanc.jobs.clear();
      await orthanc.archive.restore(archive);
      const { boundDicomPort } = orthanc.settings;
      Object.assign(orthanc.settings, copyOf(settings), { boundDicomPort });
    },
    discard: (state) => dropFiles((state as OrthancState).archive),
    async start() {
      const port = config.dicomPort ?? options.dimsePort ?? 0;
      dimse = await startDimseServer({
        port,
        archive: archivePort(orthanc),
        onError: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
      });
      orthanc.settings.boundDicomPort = dimse.port;
    },
    dimsePort: () => orthanc.dicomPort(),
    async close() {
      orthanc.outgoing.interrupt();
      await dimse?.close();
      await orthanc.jobs.clear();
      await orthanc.archive.close();
    },
  };
}

/** The entries of the maps are replaced, never changed. */
function copyOf(settings: RuntimeSettings): RuntimeSettings {
  return {
    ...settings,
    toggles: new Map(settings.toggles),
    modalities: new Map(settings.modalities),
    peers: new Map(settings.peers),
    queries: new Map(settings.queries),
    commitments: new Map(settings.commitments),
    dicomWebServers: new Map(settings.dicomWebServers),
  };
}

async function hospitalSeed(): Promise<() => Iterable<Uint8Array>> {
  const { seedDicomFiles } = await import('../seed/dicom.ts');
  return seedDicomFiles;
}

async function seedArchive(orthanc: Orthanc, seed: () => Iterable<Uint8Array>): Promise<void> {
  const origin = new Map([
    [metadataNumbers.Origin, 'RestApi'],
    [metadataNumbers.RemoteAET, ''],
    [metadataNumbers.RemoteIP, '127.0.0.1'],
    [metadataNumbers.HttpUsername, ''],
  ]);
  for (const bytes of seed()) await storeDicom({ kind: 'memory', bytes }, origin, orthanc);
}

function warn(sentence: Text): void {
  process.emitWarning(english(sentence));
}
