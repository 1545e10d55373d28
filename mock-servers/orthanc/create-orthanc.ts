// Builds the state of one emulated server.
import type { SuiteContext } from '../kernel/mock-app.ts';
import { Archive } from './archive/archive.ts';
import { mainTags } from './archive/main-tags.ts';
import { metadataNumbers } from './archive/model.ts';
import type { OrthancConfig } from './config.ts';
import { InstanceReader } from './dicom/instance-reader.ts';
import { Jobs } from './jobs/jobs.ts';
import { OutgoingCalls } from './neighbours/outgoing-calls.ts';
import { BodyMemory } from './rest/body-memory.ts';
import type { Orthanc, RuntimeSettings } from './rest/orthanc.ts';
import type { Version } from './versions.ts';

export interface OrthancDeps {
  readonly context: SuiteContext;
  readonly version: Version;
  readonly config: OrthancConfig;
  readonly directory: string | undefined;
  readonly dimsePort: number | undefined;
}

const DEFAULT_DICOM_PORT = 4242;
const builtInContentTypes = new Map([
  ['dicom', 1],
  ['dicom-as-json', 2],
  ['dicom-until-pixel-data', 3],
]);

export function createOrthanc({
  context,
  version,
  config,
  directory,
  dimsePort,
}: OrthancDeps): Orthanc {
  const { clock } = context;
  const newUuid = () => context.newUuid();
  const archive = new Archive({
    directory,
    clock,
    newUuid,
    mainTags: mainTags(version.name, config.extraMainDicomTags),
    stableAgeMs: config.stableAgeMs,
    hasSignature: version.hasRequestedTags,
  });
  const metadata = new Map<string, number>([
    ...Object.entries(metadataNumbers).filter(
      ([, number]) => version.hasRequestedTags || number <= metadataNumbers.PixelDataOffset,
    ),
    ...config.userMetadata,
  ]);
  const contentTypes = new Map([...builtInContentTypes, ...config.userContentTypes]);
  const outgoing = new OutgoingCalls();
  const orthanc: Orthanc = {
    version,
    config,
    archive,
    dicom: new InstanceReader(archive),
    jobs: new Jobs(clock, newUuid, outgoing, config.mediaArchiveSize),
    outgoing,
    bodies: new BodyMemory(),
    settings: newSettings(),
    clock,
    startedAtMs: clock.now(),
    serverId: serverIdOf(archive, context),
    uidHost: version.hasLabels ? 0 : 8_323_328,
    metadataNumbers: metadata,
    metadataNames: inverted(metadata),
    contentTypeNumbers: contentTypes,
    contentTypeNames: inverted(contentTypes),
    restart: () => resetSettings(orthanc),
    newUuid,
    randomBytes: (size) => context.randomBytes(size),
    httpPort: () => Number(new URL(context.baseUrl('orthanc')).port),
    dicomPort: () =>
      orthanc.settings.boundDicomPort ?? config.dicomPort ?? dimsePort ?? DEFAULT_DICOM_PORT,
  };
  resetSettings(orthanc);
  return orthanc;
}

/** What clients have changed goes back to the configuration. */
export function resetSettings({ settings, config }: Orthanc): void {
  settings.defaultEncoding = config.defaultEncoding;
  settings.defaultCharset = config.defaultCharset;
  settings.anonymized = 0;
  settings.toggles.clear();
  settings.acceptedSyntaxes = undefined;
  settings.modalities.clear();
  settings.peers.clear();
  settings.queries.clear();
  settings.commitments.clear();
  settings.dicomWebServers.clear();
  for (const [name, server] of config.dicomWebServers) settings.dicomWebServers.set(name, server);
  for (const [name, modality] of config.modalities) settings.modalities.set(name, modality);
  for (const [name, peer] of config.peers) settings.peers.set(name, peer);
}

function newSettings(): RuntimeSettings {
  return {
    defaultEncoding: '',
    defaultCharset: '',
    toggles: new Map(),
    acceptedSyntaxes: undefined,
    modalities: new Map(),
    peers: new Map(),
    queries: new Map(),
    commitments: new Map(),
    dicomWebServers: new Map(),
    anonymized: 0,
    boundDicomPort: undefined,
  };
}

function serverIdOf(archive: Archive, context: SuiteContext): string {
  const known = archive.database.property('serverId');
  if (known !== undefined) return known;
  const made = (context.randomBytes(20).toString('hex').match(/.{8}/g) ?? []).join('-');
  archive.database.setProperty('serverId', made);
  return made;
}

function inverted(numbers: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  return new Map([...numbers].map(([name, number]) => [number, name]));
}
