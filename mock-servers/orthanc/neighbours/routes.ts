// The table of routes for modalities, peers and queries.
import * as modalities from '../rest/modalities.ts';
import type { Handler } from '../rest/orthanc.ts';
import type { Hierarchy } from '../rest/router.ts';
import * as actions from './actions.ts';
import * as queries from './queries.ts';

export function addNeighbours(routes: Hierarchy<Handler>): void {
  const modality = '/modalities/{name}';
  routes.add('GET', '/modalities', modalities.listModalities);
  routes.add('GET', modality, modalities.oneModality);
  routes.add('PUT', modality, modalities.putModality);
  routes.add('DELETE', modality, modalities.deleteModality);
  routes.add('GET', `${modality}/configuration`, modalities.modalityConfiguration);
  routes.add('POST', `${modality}/echo`, actions.echoModality);
  routes.add('POST', `${modality}/store`, actions.storeToModality);
  routes.add('POST', `${modality}/query`, queries.queryModality);
  routes.add('POST', '/tools/dicom-echo', actions.echoAny);
  const peer = '/peers/{name}';
  routes.add('GET', '/peers', modalities.listPeers);
  routes.add('GET', peer, modalities.onePeer);
  routes.add('PUT', peer, modalities.putPeer);
  routes.add('DELETE', peer, modalities.deletePeer);
  routes.add('GET', `${peer}/configuration`, modalities.peerConfiguration);
  routes.add('POST', `${peer}/store`, actions.storeToPeer);
  routes.add('GET', `${peer}/system`, actions.peerSystem);
  routes.add('GET', '/plugins', modalities.listPlugins);
  routes.add('GET', '/plugins/{name}', modalities.onePlugin);
  addQueries(routes);
}

function addQueries(routes: Hierarchy<Handler>): void {
  const query = '/queries/{id}';
  const answer = `${query}/answers/{index}`;
  routes.add('GET', '/queries', queries.listQueries);
  routes.add('GET', query, queries.oneQuery);
  routes.add('DELETE', query, queries.deleteQuery);
  routes.add('GET', `${query}/answers`, queries.queryAnswers);
  routes.add('GET', answer, queries.queryAnswer);
  routes.add('GET', `${answer}/content`, queries.queryAnswerContent);
  routes.add('POST', `${answer}/retrieve`, queries.retrieve);
  routes.add('POST', `${query}/retrieve`, queries.retrieve);
  routes.add('GET', `${query}/level`, queries.queryLevel);
  routes.add('GET', `${query}/modality`, queries.queryModalityName);
  routes.add('GET', `${query}/query`, queries.queryBody);
}
