// Modalities and peers: their configuration. What needs an association is in queries.ts.
import { type Modality, parseModality } from '../modality-form.ts';
import { peerOf } from '../neighbours/actions.ts';
import { modalityOf } from '../neighbours/modality.ts';
import { parseWebServer, publicForm } from '../web-server.ts';
import { type Answer, bareStatus, jsonAnswer, textAnswer } from './answer.ts';
import { expandFlag } from './arguments.ts';
import { type Call, jsonBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';

export const modalityOperations = [
  'configuration',
  'echo',
  'find',
  'find-instance',
  'find-patient',
  'find-series',
  'find-study',
  'find-worklist',
  'get',
  'move',
  'query',
  'storage-commitment',
  'store',
  'store-straight',
];
const oldModalityOperations = modalityOperations.filter((name) => name !== 'get');
const peerOperations = ['configuration', 'store', 'store-straight', 'system'];

export const listModalities: Handler = (call, orthanc) => {
  const { modalities } = orthanc.settings;
  const names = [...modalities.keys()].sort();
  if (!expandFlag(call, orthanc)) return jsonAnswer(names);
  const entries = [...modalities].map(([name, modality]) => [
    name,
    modalityJson(modality, orthanc),
  ]);
  return jsonAnswer(Object.fromEntries(entries));
};

export const oneModality: Handler = (call, { settings, version }) => {
  if (!settings.modalities.has(name(call))) return bareStatus(404);
  return jsonAnswer(version.hasLabels ? modalityOperations : oldModalityOperations);
};

export const modalityConfiguration: Handler = (call, orthanc) =>
  jsonAnswer(modalityJson(modalityOf(call, orthanc), orthanc));

export const putModality: Handler = async (call, { settings }) => {
  settings.modalities.set(name(call), parseModality(await jsonBodyOf(call)));
  return textAnswer('');
};

export const deleteModality: Handler = (call, { settings }) => {
  if (!settings.modalities.delete(name(call))) {
    const details = `Unknown DICOM modality with symbolic name: ${name(call)}`;
    throw new OrthancError('inexistentItem', details);
  }
  return textAnswer('');
};

export const listPeers: Handler = (call, orthanc) => {
  const { peers } = orthanc.settings;
  if (!expandFlag(call, orthanc)) return jsonAnswer([...peers.keys()].sort());
  return jsonAnswer(Object.fromEntries([...peers].map(([key, peer]) => [key, publicForm(peer)])));
};

export const onePeer: Handler = (call, { settings }) =>
  settings.peers.has(name(call)) ? jsonAnswer(peerOperations) : bareStatus(404);

export const peerConfiguration: Handler = (call, orthanc) =>
  jsonAnswer(publicForm(peerOf(call, orthanc)));

export const putPeer: Handler = async (call, { settings }) => {
  const body = await jsonBodyOf(call);
  // What is no JSON is answered as if the peer were not there.
  if (body === undefined) return bareStatus(404);
  settings.peers.set(name(call), parseWebServer(body));
  return textAnswer('');
};

export const deletePeer: Handler = (call, { settings }) => {
  if (!settings.peers.delete(name(call)))
    throw new OrthancError('inexistentItem', `Unknown Orthanc peer: ${name(call)}`);
  return textAnswer('');
};

const plugins: Readonly<Record<string, (orthanc: Orthanc) => JsonObject>> = {
  'dicom-web': ({ version }) => ({
    Description: 'Implementation of DICOMweb (QIDO-RS, STOW-RS and WADO-RS) and WADO-URI.',
    ExtendsOrthancExplorer: true,
    ID: 'dicom-web',
    RootUri: '../dicom-web/app/client/index.html',
    Version: version.dicomWebVersion,
  }),
};

export const listPlugins: Handler = () => jsonAnswer(['explorer.js', 'dicom-web']);

export const onePlugin: Handler = (call, orthanc): Answer => {
  const plugin = plugins[name(call)];
  return plugin ? jsonAnswer(plugin(orthanc)) : bareStatus(404);
};

function modalityJson(modality: Modality, { version }: Orthanc): JsonObject {
  return {
    AET: modality.aet,
    Host: modality.host,
    Port: modality.port,
    Manufacturer: modality.manufacturer,
    ...modality.flags,
    Timeout: modality.timeout,
    LocalAet: modality.localAet,
    ...(version.hasLabels && { RetrieveMethod: modality.retrieveMethod }),
  };
}

function name(call: Call): string {
  return call.params['name'] ?? '';
}
