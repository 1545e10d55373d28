// The table of routes of Orthanc's REST API.
import { collections, levels } from '../archive/model.ts';
import { addNeighbours } from '../neighbours/routes.ts';
import type { Version } from '../versions.ts';
import { bareStatus } from './answer.ts';
import * as archives from './archives.ts';
import { frameMatlab, frameNumpy, seriesNumpy } from './arrays.ts';
import {
  attachmentCompressedData,
  attachmentData,
  attachmentInfo,
  attachmentOperations,
  attachmentText,
  changeCompression,
  deleteAttachment,
  listAttachments,
  putAttachment,
  verifyMd5,
} from './attachments.ts';
import { createDicom } from './create.ts';
import { OrthancError } from './errors.ts';
import { explorer } from './explorer.ts';
import { bulkContent, countResources, findResources, lookup } from './find.ts';
import * as images from './images.ts';
import { instanceFile } from './instance-file.ts';
import * as jobRoutes from './job-routes.ts';
import {
  childResources,
  deleteResource,
  listResources,
  oneResource,
  parentResource,
  relativesOf,
  resourceReconstruct,
} from './lists.ts';
import * as metadata from './metadata.ts';
import * as modify from './modify.ts';
import { orderedSlices } from './ordered-slices.ts';
import type { Handler } from './orthanc.ts';
import { mergeStudy, splitStudy } from './reshape.ts';
import { Hierarchy } from './router.ts';
import * as system from './system.ts';
import {
  instanceContent,
  instanceHeader,
  instancesTags,
  instanceTags,
  moduleOf,
  sharedTags,
} from './tag-routes.ts';
import { addTools } from './tools.ts';
import { addUnsupported } from './unsupported.ts';
import { uploadInstances } from './upload.ts';

export function restRoutes(version: Version): Hierarchy<Handler> {
  const routes = new Hierarchy<Handler>();
  addSystem(routes, version);
  addSearch(routes, version);
  addTools(routes, version);
  for (const level of levels) addLevel(routes, level, version);
  addJobs(routes, version);
  addModifications(routes);
  addNeighbours(routes, version);
  addUnsupported(routes);
  addInstances(routes);
  return routes;
}

function addSystem(routes: Hierarchy<Handler>, version: Version): void {
  routes.add('GET', '/', () => ({
    status: version.redirectStatus,
    headers: { Location: 'app/explorer.html' },
  }));
  routes.add('GET', '/favicon.ico', () => ({
    status: version.redirectStatus,
    headers: { Location: 'app/images/favicon.ico' },
  }));
  routes.add('GET', '/app/{...}', explorer);
  routes.add('GET', '/system', system.system);
  routes.add('GET', '/statistics', system.statistics);
  routes.add('GET', '/changes', system.changes);
  routes.add('DELETE', '/changes', system.deleteChanges);
  routes.add('GET', '/exports', system.exports_);
  routes.add('DELETE', '/exports', () => ({ status: 200, contentType: 'text/plain', body: '' }));
}

function addSearch(routes: Hierarchy<Handler>, version: Version): void {
  routes.add('POST', '/tools/find', findResources);
  routes.add('POST', '/tools/lookup', lookup);
  routes.add('POST', '/tools/bulk-content', bulkContent);
  routes.add('GET', '/tools/now', system.now);
  routes.add('GET', '/tools/now-local', system.now);
  routes.add('GET', '/tools/generate-uid', system.generateUidHandler);
  routes.add('GET', '/tools/default-encoding', system.getDefaultEncoding);
  routes.add('PUT', '/tools/default-encoding', system.putDefaultEncoding);
  routes.add('GET', '/tools/metrics-prometheus', system.metrics);
  if (!version.hasLabels) return;
  routes.add('POST', '/tools/count-resources', countResources);
  routes.add('GET', '/tools/labels', metadata.allLabels);
}

function addLevel(
  routes: Hierarchy<Handler>,
  level: (typeof levels)[number],
  version: Version,
): void {
  const base = `/${collections[level]}`;
  const one = `${base}/{id}`;
  routes.add('GET', base, listResources(level));
  routes.add('GET', one, oneResource(level));
  routes.add('DELETE', one, deleteResource(level));
  const { parents, children } = relativesOf(level);
  for (const parent of parents)
    routes.add('GET', `${one}/${parent.toLowerCase()}`, parentResource(level, parent));
  for (const child of children)
    routes.add('GET', `${one}/${collections[child]}`, childResources(level, child));
  routes.add('GET', `${one}/module`, moduleOf(level));
  routes.add('GET', `${one}/statistics`, metadata.resourceStatistics(level));
  routes.add('POST', `${one}/reconstruct`, resourceReconstruct(level));
  routes.add('GET', `${one}/metadata`, metadata.listMetadata(level));
  routes.add('GET', `${one}/metadata/{name}`, metadata.getMetadata(level));
  routes.add('PUT', `${one}/metadata/{name}`, metadata.putMetadata(level));
  routes.add('DELETE', `${one}/metadata/{name}`, metadata.deleteMetadata(level));
  if (level !== 'Instance') {
    for (const kind of ['archive', 'media'] as const) {
      routes.add('GET', `${one}/${kind}`, archives.getArchive(level, kind));
      routes.add('POST', `${one}/${kind}`, archives.postArchive(level, kind));
    }
    routes.add('GET', `${one}/shared-tags`, sharedTags(level));
    routes.add('GET', `${one}/instances-tags`, instancesTags(level));
  }
  if (level === 'Study') routes.add('GET', `${one}/module-patient`, moduleOf('Study', 'Patient'));
  addAttachments(routes, level, one);
  if (!version.hasLabels) return;
  routes.add('GET', `${one}/labels`, metadata.listLabels(level));
  routes.add('GET', `${one}/labels/{label}`, metadata.getLabel(level));
  routes.add('PUT', `${one}/labels/{label}`, metadata.putLabel(level));
  routes.add('DELETE', `${one}/labels/{label}`, metadata.deleteLabel(level));
}

function addAttachments(
  routes: Hierarchy<Handler>,
  level: (typeof levels)[number],
  one: string,
): void {
  const each = `${one}/attachments/{name}`;
  routes.add('GET', `${one}/attachments`, listAttachments(level));
  routes.add('GET', each, attachmentOperations(level));
  routes.add('PUT', each, putAttachment(level));
  routes.add('DELETE', each, deleteAttachment(level));
  routes.add('GET', `${each}/data`, attachmentData(level));
  routes.add('GET', `${each}/compressed-data`, attachmentCompressedData(level));
  routes.add('GET', `${each}/info`, attachmentInfo(level));
  routes.add(
    'GET',
    `${each}/size`,
    attachmentText(level, ({ size }) => String(size)),
  );
  routes.add(
    'GET',
    `${each}/compressed-size`,
    attachmentText(level, ({ size, compressed }) => String(compressed?.size ?? size)),
  );
  routes.add(
    'GET',
    `${each}/md5`,
    attachmentText(level, (_attachment, md5) => md5),
  );
  routes.add(
    'GET',
    `${each}/compressed-md5`,
    attachmentText(level, ({ compressed }, md5) => compressed?.md5 ?? md5),
  );
  routes.add(
    'GET',
    `${each}/is-compressed`,
    attachmentText(level, ({ compressed }) => (compressed ? '1' : '0')),
  );
  routes.add('POST', `${each}/compress`, changeCompression(level, true));
  routes.add('POST', `${each}/uncompress`, changeCompression(level, false));
  routes.add('POST', `${each}/verify-md5`, verifyMd5(level));
}

function addInstances(routes: Hierarchy<Handler>): void {
  routes.add('POST', '/instances', uploadInstances);
  routes.add('GET', '/patients/{id}/protected', metadata.isProtected);
  routes.add('PUT', '/patients/{id}/protected', metadata.setProtected);
  routes.add('GET', '/instances/{id}/file', instanceFile);
  routes.add('GET', '/instances/{id}/tags', instanceTags('full'));
  routes.add('GET', '/instances/{id}/simplified-tags', instanceTags('simplify'));
  routes.add('GET', '/instances/{id}/header', instanceHeader);
  routes.add('GET', '/instances/{id}/content/{...}', instanceContent);
  for (const method of ['POST', 'PUT', 'DELETE'] as const)
    routes.add(method, '/instances/{id}/content/{...}', unknownResource);
  // RestApiWriteToFileSystemEnabled is off, as in a plain configuration.
  routes.add('POST', '/instances/{id}/export', () => bareStatus(403));
  addImages(routes);
}

// A whole subtree answers one method; of others it knows nothing, where a single URI would answer 405.
const unknownResource: Handler = () => {
  throw new OrthancError('unknownResource');
};

const imageForms = ['preview', 'rendered', 'image-uint8', 'image-uint16', 'image-int16'] as const;

function addImages(routes: Hierarchy<Handler>): void {
  const instance = '/instances/{id}';
  const frame = `${instance}/frames/{frame}`;
  for (const base of [instance, frame]) {
    for (const form of imageForms) routes.add('GET', `${base}/${form}`, images.frameImage(form));
    routes.add('GET', `${base}/matlab`, frameMatlab);
    routes.add('GET', `${base}/numpy`, frameNumpy);
  }
  routes.add('GET', `${instance}/frames`, images.listFrames);
  routes.add('GET', `${frame}/raw`, images.rawFrame(false));
  routes.add('GET', `${frame}/raw.gz`, images.rawFrame(true));
  routes.add('GET', `${instance}/pdf`, images.instancePdf);
  routes.add('GET', '/series/{id}/numpy', seriesNumpy);
  routes.add('GET', '/series/{id}/ordered-slices', orderedSlices);
}

const archiveKinds = {
  archive: 'archive',
  media: 'media',
  'media-extended': 'extended-media',
} as const;

function addJobs(routes: Hierarchy<Handler>, version: Version): void {
  for (const [name, kind] of Object.entries(archiveKinds)) {
    routes.add('POST', `/tools/create-${name}`, archives.createArchive(kind));
    if (version.hasLabels)
      routes.add('GET', `/tools/create-${name}`, archives.getCreatedArchive(kind));
  }
  routes.add('GET', '/jobs', jobRoutes.listJobs);
  routes.add('GET', '/jobs/{id}', jobRoutes.getJob);
  if (version.hasLabels) routes.add('DELETE', '/jobs/{id}', jobRoutes.deleteJob);
  for (const action of ['cancel', 'pause'])
    routes.add('POST', `/jobs/{id}/${action}`, jobRoutes.changeJob);
  for (const action of ['resume', 'resubmit'])
    routes.add('POST', `/jobs/{id}/${action}`, jobRoutes.resumeJob);
  routes.add('GET', '/jobs/{id}/{name}', jobRoutes.jobOutput);
  if (version.hasLabels) routes.add('DELETE', '/jobs/{id}/{name}', jobRoutes.deleteJobOutput);
}

function addModifications(routes: Hierarchy<Handler>): void {
  for (const kind of ['modify', 'anonymize'] as const) {
    routes.add('POST', `/instances/{id}/${kind}`, modify.changeInstance(kind));
    for (const level of ['Patient', 'Study', 'Series'] as const) {
      routes.add('POST', `/${collections[level]}/{id}/${kind}`, modify.changeResource(level, kind));
    }
    routes.add('POST', `/tools/bulk-${kind}`, modify.changeBulk(kind));
  }
  routes.add('POST', '/studies/{id}/merge', mergeStudy);
  routes.add('POST', '/studies/{id}/split', splitStudy);
  routes.add('POST', '/tools/bulk-delete', modify.bulkDelete);
  routes.add('POST', '/tools/create-dicom', createDicom);
}
