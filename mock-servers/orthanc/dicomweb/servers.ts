// The plugin as a client of other DICOMweb servers: /dicom-web/servers. Answers as plugin 1.7 gives them.

import { nameOfTag } from '../archive/main-tags.ts';
import type { Resource } from '../archive/model.ts';
import { descendants } from '../archive/model.ts';
import { type Answer, bareJsonAnswer } from '../rest/answer.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import { type Call, jsonBodyOf } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { type Json, type JsonObject, tabbedJson } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { hasProperty, parseWebServer, publicForm, type WebServer } from '../web-server.ts';
import { askServer, bytesOf, withArguments } from './server-request.ts';
import { retrieveFrom, ServerTask, serverJobAnswer, stowTo } from './server-task.ts';

export const listServers: Handler = (call, { settings }) => {
  const servers = [...settings.dicomWebServers].sort(([a], [b]) => (a < b ? -1 : 1));
  if (!call.query.has('expand')) return json(servers.map(([name]) => name));
  return json(Object.fromEntries(servers.map(([name, server]) => [name, publicForm(server)])));
};

export const serverOperations: Handler = (call, orthanc) => {
  const server = serverOf(call, orthanc);
  const operations = ['get', 'retrieve', 'stow', 'wado', 'qido'];
  return json(hasProperty(server, 'HasDelete', false) ? [...operations, 'delete'] : operations);
};

export const putServer: Handler = async (call, { settings }) => {
  settings.dicomWebServers.set(nameOf(call), parseWebServer(await bodyJson(call)));
  return bareJsonAnswer('{}');
};

export const deleteServer: Handler = (call, { settings }) => {
  if (!settings.dicomWebServers.delete(nameOf(call)))
    throw new OrthancError('outOfRange', `Unknown DICOMweb server: ${nameOf(call)}`);
  return bareJsonAnswer('{}');
};

/** Hands the answer of the server through. */
export const getFromServer: Handler = async (call, orthanc) => {
  const { server, body } = await requested(call, orthanc);
  const { signal } = orthanc.outgoing;
  const answer = await askServer(server, { ...getRequest(body), signal });
  const { 'content-type': contentType, ...others } = answer.headers;
  const headers = Object.entries(others).filter(
    ([name]) => !/^(connection|content-length|transfer-encoding)$/.test(name),
  );
  return {
    status: 200,
    ...(contentType !== undefined && { contentType }),
    headers: Object.fromEntries(headers.map(([name, value]) => [capitalized(name), String(value)])),
    body: await bytesOf(answer),
  };
};

/** QIDO-RS with the answer in a simpler form: one text for a tag. */
export const searchServer: Handler = async (call, orthanc) => {
  const { server, body } = await requested(call, orthanc);
  const { signal } = orthanc.outgoing;
  const found = parsed(await bytesOf(await askServer(server, { ...getRequest(body), signal })));
  if (!Array.isArray(found)) throw new OrthancError('network');
  return json(found.map((resource: unknown) => (isFields(resource) ? simplified(resource) : {})));
};

/** Sends stored resources as a job. */
export const stowToServer: Handler = async (call, orthanc) => {
  const body = await bodyJson(call);
  const ids = isFields(body) ? body['Resources'] : undefined;
  if (!isFields(body) || !Array.isArray(ids)) {
    throw new OrthancError(
      'badFile',
      'A request to the DICOMweb STOW-RS client must provide a JSON object with the field "Resources" containing an array of resources to be sent',
    );
  }
  const instances = ids.flatMap((id) => instancesOf(String(id), orthanc));
  const headers = stringsOf(body, 'HttpHeaders');
  const task = new ServerTask('DicomWebStowClient', body, async ({ signal }, report) => {
    report(await stowTo({ server: serverOf(call, orthanc), headers, signal }, instances, orthanc));
  });
  return serverJobAnswer(task, body, true, orthanc);
};

/** Brings studies, series and instances here as a job. */
export const retrieveFromServer: Handler = async (call, orthanc) => {
  const body = await bodyJson(call);
  const resources = isFields(body) ? body['Resources'] : undefined;
  if (!isFields(body) || !Array.isArray(resources)) {
    const details = 'The body must be a JSON object containing an array "Resources"';
    throw new OrthancError('badFile', details);
  }
  return retrieval(call, body, resources.map(retrieveUri), true, orthanc);
};

/** The same for one address; not awaited unless asked for. */
export const wadoFromServer: Handler = async (call, orthanc) => {
  const body = checked(await bodyJson(call));
  return retrieval(call, body, [getRequest(body).uri], false, orthanc);
};

export const deleteFromServer: Handler = async (call, orthanc) => {
  const server = serverOf(call, orthanc);
  if (!hasProperty(server, 'HasDelete', false)) {
    const details = `Cannot delete on DICOMweb server, check out property "HasDelete": ${nameOf(call)}`;
    throw new OrthancError('badFile', details);
  }
  const body = await bodyJson(call);
  if (!isFields(body) || body['Level'] === undefined || body['StudyInstanceUID'] === undefined) {
    const details =
      'The request body must contain a JSON object with fields "Level" and "StudyInstanceUID"';
    throw new OrthancError('badFile', details);
  }
  const { signal } = orthanc.outgoing;
  await askServer(server, { method: 'DELETE', uri: deleteUri(body), signal }).then(bytesOf);
  return json({});
};

function retrieval(
  call: Call,
  body: Fields,
  uris: readonly string[],
  isUsuallyAwaited: boolean,
  orthanc: Orthanc,
): Promise<Answer> {
  const headers = stringsOf(body, 'HttpHeaders');
  const task = new ServerTask('DicomWebWadoRetrieveClient', body, ({ signal }, report) =>
    retrieveFrom({ server: serverOf(call, orthanc), headers, signal }, uris, report, orthanc),
  );
  return serverJobAnswer(task, body, isUsuallyAwaited, orthanc);
}

async function requested(
  call: Call,
  orthanc: Orthanc,
): Promise<{ readonly server: WebServer; readonly body: Fields }> {
  const body = await bodyJson(call);
  const server = serverOf(call, orthanc);
  return { server, body: checked(body) };
}

function checked(body: unknown): Fields {
  if (isFields(body) && body['Uri'] !== undefined) return body;
  throw new OrthancError(
    'badFile',
    'A request to the DICOMweb client must provide a JSON object with the field "Uri" containing the URI of interest',
  );
}

function getRequest(body: Fields) {
  const uri = body['Uri'];
  if (typeof uri !== 'string')
    throw new OrthancError('badFile', 'The field "Uri" in a JSON object should be a string');
  if (uri.includes('?')) {
    const details = `The GET arguments must be provided in a separate field (explicit "?" is disallowed): ${uri}`;
    throw new OrthancError('badFile', details);
  }
  return {
    method: 'GET',
    uri: withArguments(uri, stringsOf(body, 'Arguments')),
    headers: stringsOf(body, 'HttpHeaders'),
  } as const;
}

function stringsOf(body: Fields, field: string): Record<string, string> {
  const given = body[field];
  if (given === undefined) return {};
  if (!isFields(given)) {
    const details = 'The JSON object is not a JSON associative array as expected';
    throw new OrthancError('badFile', details);
  }
  const entries = Object.entries(given).map(([name, value]) => {
    if (typeof value === 'string') return [name, value];
    const details = `Value "${name}" in the associative array is not a string as expected`;
    throw new OrthancError('badFile', details);
  });
  return Object.fromEntries(entries);
}

function retrieveUri(resource: unknown): string {
  if (!isFields(resource)) throw new OrthancError('badFile');
  const { Study: study, Series: series, Instance: instance } = resource;
  if (study === undefined) throw new OrthancError('badFile', 'Missing "Study" field in the body');
  if (series === undefined && instance !== undefined) {
    const details = 'Missing "Series" field in the body, as "Instance" is present';
    throw new OrthancError('badFile', details);
  }
  return uriOf(study, series, instance);
}

const deleteLevels = ['Study', 'Series', 'Instance'];

function deleteUri(body: Fields): string {
  const depth = deleteLevels.indexOf(String(body['Level']));
  if (depth < 0) throw new OrthancError('outOfRange');
  const uids = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'].slice(0, depth + 1);
  const [study, series, instance] = uids.map((name) => {
    if (typeof body[name] !== 'string') throw new OrthancError('badFile');
    return body[name];
  });
  return uriOf(study, series, instance);
}

function uriOf(study: unknown, series: unknown, instance: unknown): string {
  const below = (name: string, uid: unknown) => (uid === undefined ? '' : `/${name}/${uid}`);
  return `studies/${study}${below('series', series)}${below('instances', instance)}`;
}

function instancesOf(id: string, { archive }: Orthanc): readonly Resource[] {
  const resource = archive.resources.findAny(id);
  if (!resource) throw new OrthancError('unknownResource');
  return descendants(resource, 'Instance');
}

/** Names and numbers of the tag with its first text; of names the Latin form, of numbers nothing. */
function simplified(resource: Fields): JsonObject {
  const entries = Object.entries(resource).map(([tag, element]) => {
    const { vr, Value: values } = isFields(element) ? element : {};
    const value = textOf(Array.isArray(values) ? values[0] : undefined);
    return [
      tag,
      {
        Element: Number.parseInt(tag.slice(4), 16),
        Group: Number.parseInt(tag.slice(0, 4), 16),
        Name: nameOfTag(tag),
        ...(value !== undefined && { Value: value }),
        vr: String(vr),
      },
    ];
  });
  return Object.fromEntries(entries);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const latin = isFields(value) ? value['Alphabetic'] : undefined;
  return typeof latin === 'string' ? latin : undefined;
}

function serverOf(call: Call, { settings }: Orthanc): WebServer {
  const server = settings.dicomWebServers.get(nameOf(call));
  if (server) return server;
  throw new OrthancError('inexistentItem', `Inexistent server: ${nameOf(call)}`);
}

function nameOf(call: Call): string {
  return call.params['name'] ?? '';
}

async function bodyJson(call: Call): Promise<unknown> {
  const body = await jsonBodyOf(call);
  if (body === undefined) throw new OrthancError('badFile', 'A JSON file was expected');
  return body;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new OrthancError('network', undefined, { cause });
  }
}

function capitalized(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function json(value: Json): Answer {
  return bareJsonAnswer(tabbedJson(value));
}
