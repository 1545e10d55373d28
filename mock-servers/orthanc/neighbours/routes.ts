// The table of routes for modalities, peers and queries.
import { levels } from '../archive/model.ts';
import * as modalities from '../rest/modalities.ts';
import type { Handler } from '../rest/orthanc.ts';
import type { Hierarchy } from '../rest/router.ts';
import type { Version } from '../versions.ts';
import * as actions from './actions.ts';
import * as commitments from './commitments.ts';
import * as finds from './finds.ts';
import * as queries from './queries.ts';
import { getFromModality, moveFromModality, retrieveAnswers } from './retrieve.ts';
import * as stores from './stores.ts';

export function addNeighbours(routes: Hierarchy<Handler>, version: Version): void {
  const modality = '/modalities/{name}';
  routes.add('GET', '/modalities', modalities.listModalities);
  routes.add('GET', modality, modalities.oneModality);
  routes.add('PUT', modality, modalities.putModality);
  routes.add('DELETE', modality, modalities.deleteModality);
  routes.add('GET', `${modality}/configuration`, modalities.modalityConfiguration);
  routes.add('POST', `${modality}/echo`, actions.echoModality);
  routes.add('POST', `${modality}/store`, stores.storeToModality);
  routes.add('POST', `${modality}/store-straight`, stores.storeStraight);
  routes.add('POST', `${modality}/query`, queries.queryModality);
  for (const level of levels)
    routes.add('POST', `${modality}/find-${level.toLowerCase()}`, finds.findAt(level));
  routes.add('POST', `${modality}/find`, finds.findAll);
  routes.add('POST', `${modality}/find-worklist`, finds.findWorklists);
  routes.add('POST', `${modality}/move`, moveFromModality);
  if (version.hasLabels) routes.add('POST', `${modality}/get`, getFromModality);
  routes.add('POST', '/tools/dicom-echo', actions.echoAny);
  const peer = '/peers/{name}';
  routes.add('GET', '/peers', modalities.listPeers);
  routes.add('GET', peer, modalities.onePeer);
  routes.add('PUT', peer, modalities.putPeer);
  routes.add('DELETE', peer, modalities.deletePeer);
  routes.add('GET', `${peer}/configuration`, modalities.peerConfiguration);
  routes.add('POST', `${peer}/store`, stores.storeToPeer);
  routes.add('POST', `${peer}/store-straight`, stores.storeStraightToPeer);
  routes.add('GET', `${peer}/system`, actions.peerSystem);
  routes.add('GET', '/plugins', modalities.listPlugins);
  routes.add('GET', '/plugins/{name}', modalities.onePlugin);
  routes.add('POST', `${modality}/storage-commitment`, commitments.askCommitment);
  routes.add('GET', '/storage-commitment/{id}', commitments.commitmentReport);
  routes.add('POST', '/storage-commitment/{id}/remove', commitments.removeCommitted);
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
  routes.add('POST', `${answer}/retrieve`, retrieveAnswers);
  routes.add('POST', `${answer}/query-studies`, queries.queryChildren('Study'));
  routes.add('POST', `${answer}/query-series`, queries.queryChildren('Series'));
  routes.add('POST', `${answer}/query-instances`, queries.queryChildren('Instance'));
  routes.add('POST', `${query}/retrieve`, retrieveAnswers);
  routes.add('GET', `${query}/level`, queries.queryLevelName);
  routes.add('GET', `${query}/modality`, queries.queryModalityName);
  routes.add('GET', `${query}/query`, queries.queryBody);
}
