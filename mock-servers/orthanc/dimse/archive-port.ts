// The archive of this server as DIMSE sees it: the same storing, finding and files as over REST.
import { WorkbenchError } from '#core/errors.ts';
import { descendants, metadataNumbers, type Resource } from '../archive/model.ts';
import type { Modality } from '../modality-form.ts';
import { checkCommitment, keepReport } from '../neighbours/commitment.ts';
import { callingOf } from '../neighbours/modality.ts';
import { sendObjects, storedObject } from '../neighbours/store-task.ts';
import { OrthancError } from '../rest/errors.ts';
import { search } from '../rest/find.ts';
import { findsAll } from '../rest/find-request.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { tagValue } from '../rest/resource-json.ts';
import { storeDicom } from '../rest/upload.ts';
import type {
  ArchivePort,
  ArchiveQuery,
  DimseOperation,
  DimsePeer,
  IncomingObject,
  SendObjects,
} from './port.ts';
import { withObject } from './receive.ts';

const flagNames: Readonly<Record<DimseOperation, string>> = {
  echo: 'AllowEcho',
  store: 'AllowStore',
  find: 'AllowFind',
  get: 'AllowGet',
  move: 'AllowMove',
  action: 'AllowNAction',
  'event-report': 'AllowEventReport',
};

export function archivePort(orthanc: Orthanc): ArchivePort {
  const { config, settings, archive, version } = orthanc;
  const modality = (aet: string) =>
    [...settings.modalities.values()].find((known) => isSameAet(known.aet, aet));
  return {
    toolkit: version.toolkit,
    aet: config.dicomAet,
    isCalledAetChecked: config.checkCalledAet,
    sender(aet) {
      const target = modality(aet);
      return target && ((...sending) => sendFor(target, orthanc, ...sending));
    },
    isAllowed(operation, { callingAet }: DimsePeer) {
      const isAlways = operation in config.alwaysAllow;
      if (isAlways && config.alwaysAllow[operation as keyof typeof config.alwaysAllow]) return true;
      const known = modality(callingAet);
      return known !== undefined && known.flags[flagNames[operation]] !== false;
    },
    acceptsSyntax: (syntax) => settings.acceptedSyntaxes?.has(syntax) ?? true,
    store: (object) => store(object, orthanc),
    find: (query) => find(query, orthanc),
    checkCommitment: (request, peer) => checkCommitment(request, peer, orthanc),
    reportCommitment: (outcome) => keepReport(outcome, orthanc),
    async retrieve(level, ids) {
      const resources = ids.flatMap((id) => archive.resources.identified(level, id));
      const instances = resources.flatMap((resource) => descendants(resource, 'Instance'));
      // Orthanc 1.10.1 sends what came last first
      return instances.reverse().map((instance) => storedObject(instance, orthanc));
    },
  };
}

/** Orthanc compares titles without regard to case (StrictAetComparison is off). */
function isSameAet(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

async function store(object: IncomingObject, orthanc: Orthanc): Promise<'stored' | 'refused'> {
  const origin = new Map([
    [metadataNumbers.Origin, 'DicomProtocol'],
    [metadataNumbers.RemoteAET, object.callingAet],
    [metadataNumbers.RemoteIP, object.remoteIp],
    [metadataNumbers.CalledAET, object.calledAet],
  ]);
  const { archive, bodies, newUuid } = orthanc;
  const place = { bodies, newPath: () => archive.files.incomingPath(newUuid()) };
  return withObject(object.body, place, async (arriving) => {
    try {
      await storeDicom(arriving, origin, orthanc);
      return 'stored';
    } catch (error) {
      if (error instanceof OrthancError || error instanceof WorkbenchError) return 'refused';
      throw error;
    }
  });
}

async function sendFor(
  target: Modality,
  orthanc: Orthanc,
  ...[objects, originator, onSent]: Parameters<SendObjects>
): Promise<'sent' | 'failed'> {
  // Orthanc does not read the title that a modality has for us here
  const calling = { ...callingOf(target, orthanc), localAet: orthanc.config.dicomAet };
  try {
    await sendObjects(objects, calling, originator, onSent);
    return 'sent';
  } catch (error) {
    if (error instanceof OrthancError) return 'failed';
    throw error;
  }
}

async function find(
  { level, constraints, requested }: ArchiveQuery,
  orthanc: Orthanc,
): Promise<readonly ReadonlyMap<string, string>[]> {
  const { config } = orthanc;
  const found = await search(
    {
      ...findsAll,
      level,
      query: [...constraints],
      isCaseSensitive: config.caseSensitivePn,
    },
    orthanc,
  );
  const limit = level === 'Instance' ? config.limitFindInstances : config.limitFindResults;
  const answers: ReadonlyMap<string, string>[] = [];
  for (const resource of limit > 0 ? found.slice(0, limit) : found) {
    answers.push(await valuesOf(resource, requested, orthanc));
  }
  return answers;
}

async function valuesOf(
  resource: Resource,
  requested: readonly string[],
  orthanc: Orthanc,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const tag of requested) {
    const value = await tagValue(resource, tag, orthanc);
    if (value !== undefined) values.set(tag, value);
  }
  return values;
}
