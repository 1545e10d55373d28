// /archive and /media of resources, /tools/create-archive and its siblings.
import { Readable } from 'node:stream';
import type { Level, Resource } from '../archive/model.ts';
import { type ArchiveRequest, ArchiveTask } from '../jobs/archive-task.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import { booleanField, type Fields, integerField, isFields, stringField } from './arguments.ts';
import { type Call, jsonBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Json } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { isTransferSyntax, unknownTransferSyntax } from './transfer-syntaxes.ts';

type Kind = ArchiveRequest['kind'];

export function getArchive(level: Level, kind: 'archive' | 'media'): Handler {
  return (call, orthanc) => {
    const resource = archivedResource(call, level, orthanc);
    const extended = kind === 'media' && call.query.has('extended');
    return streamed(
      {
        resources: [resource],
        kind: extended ? 'extended-media' : kind,
        top: 'Patient',
        transferSyntax: checkedSyntax(call.query.get('transcode')),
        filename: filenameOf(call, `${resource.id}.zip`, orthanc),
        priority: 0,
      },
      orthanc,
    );
  };
}

export function postArchive(level: Level, kind: 'archive' | 'media'): Handler {
  return async (call, orthanc) => {
    const resource = archivedResource(call, level, orthanc);
    const body = await jsonBodyOf(call);
    if (body === undefined) throw new OrthancError('badFile');
    const fields = isFields(body) ? body : {};
    // 1.12 leaves the folders of the parents out when the archive of a series is asked for by POST.
    const top = orthanc.version.hasLabels && level === 'Series' ? level : 'Patient';
    const extended = kind === 'media' && booleanField(fields, 'Extended');
    const request = requestOf(
      fields,
      [resource],
      extended ? 'extended-media' : kind,
      top,
      filenameField(fields, `${resource.id}.zip`, orthanc),
    );
    return isAsynchronous(fields) ? submitted(request, orthanc) : streamed(request, orthanc);
  };
}

export function createArchive(kind: Kind): Handler {
  return async (call, orthanc) => {
    const body = await jsonBodyOf(call);
    const fields = isFields(body) ? body : {};
    const ids = archivedIds(body);
    const resources = ids.map((id) => known(id, orthanc));
    const extended = kind === 'media' && booleanField(fields, 'Extended');
    const filename = filenameField(fields, 'Archive.zip', orthanc);
    const shown = extended ? 'extended-media' : kind;
    const request = requestOf(fields, resources, shown, 'Patient', filename);
    return isAsynchronous(fields) ? submitted(request, orthanc) : streamed(request, orthanc);
  };
}

/** A list of ids, or an object with one. */
function archivedIds(body: unknown): readonly string[] {
  if (!Array.isArray(body) && !isFields(body))
    throw new OrthancError('badFile', 'Expected a list of resources to archive in the body');
  const list = Array.isArray(body) ? body : body['Resources'];
  if (list === undefined)
    throw new OrthancError('badFile', 'Missing field Resources in the JSON body');
  if (!Array.isArray(list) || list.some((id) => typeof id !== 'string'))
    throw new OrthancError('badFile', 'Expected a list of strings (Orthanc identifiers)');
  return list;
}

/** `GET /tools/create-archive?resources=a,b`, from 1.12 on. */
export function getCreatedArchive(kind: Kind): Handler {
  return (call, orthanc) => {
    const listed = call.query.get('resources');
    if (listed === undefined) throw new OrthancError('badRequest', 'Missing resources argument');
    const ids = listed.split(',').filter(Boolean);
    return streamed(
      {
        resources: ids.map((id) => known(id, orthanc)),
        kind,
        top: 'Patient',
        transferSyntax: checkedSyntax(call.query.get('transcode')),
        filename: filenameOf(call, 'Archive.zip', orthanc),
        priority: 0,
      },
      orthanc,
    );
  };
}

function requestOf(
  fields: Fields,
  resources: readonly Resource[],
  kind: Kind,
  top: Level,
  filename: string,
): ArchiveRequest {
  return {
    resources,
    kind,
    top,
    transferSyntax: checkedSyntax(stringField(fields, 'Transcode')),
    filename,
    priority: integerField(fields, 'Priority') ?? 0,
    userData: fields['UserData'] as Json | undefined,
  };
}

function checkedSyntax(uid: string | undefined): string | undefined {
  if (uid === undefined || isTransferSyntax(uid)) return uid;
  throw unknownTransferSyntax(uid);
}

// 1.10 knows no other name than its own.
function filenameField(fields: Fields, usual: string, { version }: Orthanc): string {
  const name = version.hasLabels ? fields['Filename'] : undefined;
  return typeof name === 'string' ? name : usual;
}

/** Every archive is a job, also the one that is sent while it is made. */
function streamed(request: ArchiveRequest, orthanc: Orthanc): Answer {
  const task = new ArchiveTask(request, orthanc);
  async function* chunks(): AsyncGenerator<Buffer> {
    const job = orthanc.jobs.begin(task);
    try {
      yield* task.stream();
      orthanc.jobs.finish(job);
    } catch (error) {
      orthanc.jobs.finish(job, error);
      throw error;
    }
  }
  const headers = { 'Content-Disposition': `filename="${request.filename}"` };
  return { status: 200, contentType: 'application/zip', headers, body: Readable.from(chunks()) };
}

function submitted(request: ArchiveRequest, orthanc: Orthanc): Answer {
  const { id } = orthanc.jobs.submit(new ArchiveTask(request, orthanc));
  return jsonAnswer({ ID: id, Path: `/jobs/${id}` });
}

export function isAsynchronous(fields: Fields): boolean {
  return booleanField(fields, 'Asynchronous') || !booleanField(fields, 'Synchronous', true);
}

function archivedResource(call: Call, level: Level, { archive, version }: Orthanc): Resource {
  const id = call.params['id'] ?? '';
  const resource = archive.resources.find(level, id);
  if (!resource && !version.hasLabels) throw new OrthancError('unknownResource');
  if (!resource) {
    throw new OrthancError('inexistentItem', `Missing resource while creating an archive: ${id}`);
  }
  return resource;
}

function known(id: string, { archive }: Orthanc): Resource {
  const resource = archive.resources.findAny(id);
  if (!resource) throw new OrthancError('unknownResource');
  return resource;
}

function filenameOf(call: Call, usual: string, { version }: Orthanc): string {
  return (version.hasLabels ? call.query.get('filename') : undefined) ?? usual;
}
