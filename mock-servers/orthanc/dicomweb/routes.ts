// The table of routes of the DICOMweb plugin.
import { bareJsonAnswer } from '../rest/answer.ts';
import { OrthancError } from '../rest/errors.ts';
import { tabbedJson } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import type { Hierarchy } from '../rest/router.ts';
import { searchFor } from './qido.ts';
import { retrieveRendered, wadoUri } from './rendered.ts';
import * as servers from './servers.ts';
import { storeInstances } from './stow.ts';
import { retrieveBulk, retrieveFiles, retrieveFrames, retrieveMetadata } from './wado.ts';

export function addDicomWeb(routes: Hierarchy<Handler>, { config, version }: Orthanc): void {
  const root = config.dicomWebRoot;
  const study = `${root}/studies/{study}`;
  const series = `${study}/series/{series}`;
  const instance = `${series}/instances/{instance}`;
  // The plugin answers nothing at its root, where Orthanc itself would list what is below.
  for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) routes.add(method, root, unknown);
  routes.add('GET', `${root}/info`, () =>
    bareJsonAnswer(tabbedJson({ DicomWebRoot: `${root}/`, OrthancApiRoot: './../' })),
  );
  addServers(routes, `${root}/servers`);
  routes.add('POST', `${root}/studies`, storeInstances);
  routes.add('POST', study, storeInstances);
  routes.add('GET', `${root}/studies`, searchFor('Study'));
  for (const path of [`${root}/series`, `${study}/series`])
    routes.add('GET', path, searchFor('Series'));
  for (const path of [`${root}/instances`, `${study}/instances`, `${series}/instances`]) {
    routes.add('GET', path, searchFor('Instance'));
  }
  for (const path of [study, series, instance]) {
    routes.add('GET', path, retrieveFiles);
    routes.add('GET', `${path}/metadata`, retrieveMetadata);
    routes.add('GET', `${path}/rendered`, retrieveRendered);
    if (version.hasThumbnails) routes.add('GET', `${path}/thumbnail`, retrieveRendered);
  }
  routes.add('GET', `${instance}/bulk/{...}`, retrieveBulk);
  routes.add('GET', `${instance}/frames`, retrieveFrames);
  routes.add('GET', `${instance}/frames/{frames}`, retrieveFrames);
  routes.add('GET', `${instance}/frames/{frames}/rendered`, retrieveRendered);
  routes.add('GET', config.wadoRoot, wadoUri);
}

function addServers(routes: Hierarchy<Handler>, root: string): void {
  const server = `${root}/{name}`;
  routes.add('GET', root, servers.listServers);
  routes.add('GET', server, servers.serverOperations);
  routes.add('PUT', server, servers.putServer);
  routes.add('DELETE', server, servers.deleteServer);
  routes.add('POST', `${server}/get`, servers.getFromServer);
  routes.add('POST', `${server}/qido`, servers.searchServer);
  routes.add('POST', `${server}/stow`, servers.stowToServer);
  routes.add('POST', `${server}/retrieve`, servers.retrieveFromServer);
  routes.add('POST', `${server}/wado`, servers.wadoFromServer);
  routes.add('POST', `${server}/delete`, servers.deleteFromServer);
}

const unknown: Handler = () => {
  throw new OrthancError('unknownResource');
};
