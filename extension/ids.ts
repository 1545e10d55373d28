// Every id that package.json and the code share; test/extension/ids.test.ts compares both directions.

export const containerId = 'openemrWorkbench';

export const ViewId = {
  connections: 'openemrWorkbench.connections',
  fhir: 'openemrWorkbench.fhir',
  orthanc: 'openemrWorkbench.orthanc',
  mocks: 'openemrWorkbench.mocks',
} as const;

export const CommandId = {
  selectProfile: 'openemrWorkbench.selectProfile',
  newProfile: 'openemrWorkbench.newProfile',
  renameProfile: 'openemrWorkbench.renameProfile',
  deleteProfile: 'openemrWorkbench.deleteProfile',
  editProfile: 'openemrWorkbench.editProfile',
  setSecret: 'openemrWorkbench.setSecret',
  requestToken: 'openemrWorkbench.requestToken',
  forgetToken: 'openemrWorkbench.forgetToken',
  copyToken: 'openemrWorkbench.copyToken',
  testConnection: 'openemrWorkbench.testConnection',
  allowWrites: 'openemrWorkbench.allowWrites',
  forbidWrites: 'openemrWorkbench.forbidWrites',
  refreshFhir: 'openemrWorkbench.refreshFhir',
  findResources: 'openemrWorkbench.findResources',
  clearSearch: 'openemrWorkbench.clearSearch',
  openResource: 'openemrWorkbench.openResource',
  compareWithServer: 'openemrWorkbench.compareWithServer',
  copyReference: 'openemrWorkbench.copyReference',
  loadMoreFhir: 'openemrWorkbench.loadMoreFhir',
  refreshOrthanc: 'openemrWorkbench.refreshOrthanc',
  sendFiles: 'openemrWorkbench.sendFiles',
  sendFolder: 'openemrWorkbench.sendFolder',
  sendSelected: 'openemrWorkbench.sendSelected',
  retryFailed: 'openemrWorkbench.retryFailed',
  clearResults: 'openemrWorkbench.clearResults',
  download: 'openemrWorkbench.download',
  preview: 'openemrWorkbench.preview',
  previousFrame: 'openemrWorkbench.previousFrame',
  nextFrame: 'openemrWorkbench.nextFrame',
  chooseFrame: 'openemrWorkbench.chooseFrame',
  deleteFromOrthanc: 'openemrWorkbench.deleteFromOrthanc',
  chooseSendBy: 'openemrWorkbench.chooseSendBy',
  copyUid: 'openemrWorkbench.copyUid',
  loadMoreOrthanc: 'openemrWorkbench.loadMoreOrthanc',
  startMocks: 'openemrWorkbench.startMocks',
  startMocksOnFreePorts: 'openemrWorkbench.startMocksOnFreePorts',
  stopMocks: 'openemrWorkbench.stopMocks',
  mocksMenu: 'openemrWorkbench.mocksMenu',
  openAdmin: 'openemrWorkbench.openAdmin',
  copyUrl: 'openemrWorkbench.copyUrl',
  showLog: 'openemrWorkbench.showLog',
} as const;
export type CommandId = (typeof CommandId)[keyof typeof CommandId];

/** Keys of `setContext`, read by the `when` clauses of package.json. */
export const ContextKey = {
  /** stopped | starting | running */
  mocks: 'openemrWorkbench.mocks.state',
  /** none | held */
  token: 'openemrWorkbench.token.state',
  /** nothing | failed | ready */
  fhir: 'openemrWorkbench.fhir.state',
  fhirSearch: 'openemrWorkbench.fhir.search',
  /** nothing | failed | empty | ready */
  orthanc: 'openemrWorkbench.orthanc.state',
  results: 'openemrWorkbench.orthanc.results',
} as const;

/** Scheme of resources that are edited like files, and of the server's own version beside them. */
export const fhirScheme = 'fhir';
export const fhirServerScheme = 'fhir-server';
/** Scheme of the pictures that Orthanc draws. */
export const orthancScheme = 'orthanc';
