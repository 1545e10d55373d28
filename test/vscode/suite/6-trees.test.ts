// The models of the trees with the real vscode module and real clients at the mock servers.
import assert from 'node:assert/strict';
import { systemClock } from '#core/clock.ts';
import { createFhirClient } from '#core/fhir/client.ts';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { createHttp } from '#core/undici-http.ts';
import type { ProfileStore } from '#extension/platform/profile-store.ts';
import { mockProfile } from '#extension/profile.ts';
import type { Servers } from '#extension/servers.ts';
import { createTransfers } from '#extension/transfers.ts';
import type { FhirNode, TypeNode } from '#extension/views/fhir-nodes.ts';
import { FhirTree } from '#extension/views/fhir-tree.ts';
import { OrthancTree } from '#extension/views/orthanc-tree.ts';
import { fetchJson, startMocks } from './workbench.ts';

const http = createHttp({ clock: systemClock });
const profile = mockProfile();
const profiles = { all: [profile], active: profile } as unknown as ProfileStore;

describe('the trees', () => {
  let urls: Awaited<ReturnType<typeof startMocks>>;
  let servers: Servers;

  before(async () => {
    urls = await startMocks();
    const fhir = createFhirClient({ http, baseUrl: urls.fhir });
    servers = {
      fhirServers: () => ['fhir'],
      fhir: async () => fhir,
      capabilities: (_profile, _server, cancel) => fhir.capabilities(cancel),
      orthanc: async () => createOrthancClient({ http, baseUrl: urls.orthanc }),
      dicomWeb: () => Promise.reject(new Error('no tree sends files')),
    };
  });
  after(() => http.close());

  it('load more resources page by page until there are no more, each of them once', async () => {
    const { total } = await fetchJson(`${urls.fhir}/Patient?_summary=count`);
    const size = Math.ceil(total / 3);
    const tree = new FhirTree({
      profiles,
      servers,
      isReachable: () => true,
      onState: () => undefined,
      pageSize: () => size,
    });
    const changed: (FhirNode | undefined)[] = [];
    tree.onDidChangeTreeData((node) => changed.push(node));
    const patients = (await tree.types()).find(({ type }) => type === 'Patient') as TypeNode;

    const pages = [await tree.getChildren(patients)];
    while (pages.at(-1)?.at(-1)?.kind === 'more') {
      await tree.loadMore(patients);
      assert.equal(changed.at(-1), patients);
      pages.push(await tree.getChildren(patients));
    }

    assert.ok(total > 3, `${total} patients are enough for pages`);
    assert.deepEqual(
      pages.map((page) => page.filter(({ kind }) => kind === 'resource').length),
      [size, 2 * size, total],
    );
    const ids = pages.at(-1)?.map((node) => (node.kind === 'resource' ? node.id : ''));
    assert.equal(new Set(ids).size, total);
    assert.equal(patients.count, total);
    tree.dispose();
  });

  it('end what they are reading when they are refreshed, and call it no failure', async () => {
    const states: string[] = [];
    const tree = new FhirTree({
      profiles,
      servers,
      isReachable: () => true,
      onState: (state) => states.push(state),
      pageSize: () => 10,
    });

    const reading = tree.getChildren();
    tree.refresh();

    assert.deepEqual(await reading, []);
    assert.deepEqual(states, []);
    tree.dispose();
  });

  it('list what failed in a sending before what was stored', async () => {
    const transfers = createTransfers();
    transfers.set({
      to: { profile, by: 'rest' },
      rows: [
        { name: 'good.dcm', path: 'good.dcm', status: 'Success' },
        { name: 'bad.dcm', path: 'bad.dcm', status: 'Failed' },
      ],
      isCancelled: false,
    });
    const onState = () => undefined;
    const tree = new OrthancTree({
      profiles,
      servers,
      transfers,
      isReachable: () => true,
      onState,
    });

    const [results] = await tree.getChildren();
    const rows = await tree.getChildren(results);

    assert.deepEqual(
      rows.map((node) => node.kind === 'result' && node.row.name),
      ['bad.dcm', 'good.dcm'],
    );
    tree.dispose();
    transfers.dispose();
  });
});
