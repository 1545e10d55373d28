// The OpenEMR mock: sign-in (oauth, admin) and patient data (records, rest, fhir) behind one address.

import { isRecord } from '#core/guards.ts';
import { journalIdOf } from '../kernel/journal.ts';
import type { MockApp, SuiteContext } from '../kernel/mock-app.ts';
import type { AdminDeps } from './admin/admin-deps.ts';
import type { ApiDeps, OpenemrData } from './contracts.ts';
import { detectedAddress } from './detected-address.ts';
import { copyState, newOAuthState, type OAuthState } from './oauth/state.ts';
import { createHandler } from './openemr-handler.ts';
import { parseProfile } from './profiles.ts';
import { createOpenemrData } from './records/openemr-data.ts';
import { addClients, guideClient, shownClients } from './seeded-clients.ts';
import { guideDefaults, type Settings, strictDefaults } from './settings.ts';
import { parseSettingsChange } from './settings-change.ts';
import { openSignInFile } from './sign-in-file.ts';

export interface OpenemrMockOptions {
  /** `7.0.3` (default) or `7.0.4`. */
  readonly profile?: string;
  /**
   * OpenEMR as it is: nothing of the guides works, and the password grant is off as OpenEMR has it.
   * Without it the globals are those of the team's guides: APIs, system scopes and password grant on.
   */
  readonly strict?: boolean;
  /** Over the defaults above. */
  readonly settings?: Partial<Settings>;
  /** Folder that keeps clients, tokens, globals and patients over a restart; in memory without it. */
  readonly dataDir?: string;
  /** The patient half; a test may bring its own. */
  readonly createData?: (deps: ApiDeps, dataDir: string | undefined) => OpenemrData;
}

/** @throws WorkbenchError `SETTINGS_INVALID` for an unknown profile */
export function createOpenemrMock(
  context: SuiteContext,
  options: OpenemrMockOptions = {},
): MockApp {
  const profile = parseProfile(options.profile);
  const isStrict = options.strict ?? false;
  const initial = { ...(isStrict ? strictDefaults : guideDefaults), ...options.settings };
  let settings: Settings = initial;
  const state = newOAuthState();
  const apiDeps: ApiDeps = {
    context,
    profile,
    settings: () => settings,
    baseUrl: () => settings.site_addr_oath || detectedAddress() || context.baseUrl('openemr'),
    note: (response, explanation) => {
      const id = journalIdOf(response.req);
      if (id !== undefined) context.note(id, explanation);
    },
  };
  const file = options.dataDir === undefined ? undefined : openSignInFile(options.dataDir);
  const changeSettings = (change: Partial<Settings>): void => {
    settings = { ...settings, ...change };
  };
  const change = (sent: unknown): number => {
    const changed = parseSettingsChange(sent, settings);
    changeSettings(changed);
    return Object.keys(changed).length;
  };
  const keep = (): void => file?.save(state, settings);
  file?.load(state, changeSettings);
  const data = (options.createData ?? createOpenemrData)(apiDeps, options.dataDir);
  const deps: AdminDeps = {
    ...apiDeps,
    accounts: data.accounts,
    state,
    hasGuideMode: !isStrict,
    changeSettings,
    keep,
  };

  return {
    name: 'openemr',
    handler: createHandler(deps, apiDeps, data),
    async reset(to) {
      settings = initial;
      copyState(newOAuthState(), state);
      await data.reset(to);
      if (to === 'seed') {
        const client = guideClient(context);
        state.clients.set(client.id, client);
      }
      keep();
    },
    stats: () => ({
      clients: state.clients.size,
      tokens: state.accessTokens.size,
      ...data.stats(),
    }),
    clients: () => shownClients(state),
    async snapshot() {
      const copy = newOAuthState();
      copyState(state, copy);
      return { settings, state: copy, data: await data.snapshot() } satisfies Snapshot;
    },
    async restore(saved) {
      const snapshot = saved as Snapshot;
      settings = snapshot.settings;
      copyState(snapshot.state, state);
      await data.restore(snapshot.data);
      keep();
    },
    async seed(rows) {
      const counts = await seedRows(rows, { state, context, data, changeSettings: change });
      keep();
      return counts;
    },
    async close() {
      keep();
      await data.close();
    },
  };
}

interface Seeded {
  readonly state: OAuthState;
  readonly context: SuiteContext;
  readonly data: OpenemrData;
  changeSettings(sent: unknown): number;
}

/** `clients` and `settings` are ours, everything else is the record's. */
async function seedRows(
  rows: unknown,
  { state, context, data, changeSettings }: Seeded,
): Promise<Readonly<Record<string, number>>> {
  if (!isRecord(rows)) return data.seed(rows);
  const { clients, settings, ...records } = rows;
  const own = {
    ...(settings !== undefined && { settings: changeSettings(settings) }),
    ...(clients !== undefined && { clients: addClients(clients, state, context) }),
  };
  const isAll = Object.keys(own).length > 0 && Object.keys(records).length === 0;
  return isAll ? own : { ...(await data.seed(records)), ...own };
}

interface Snapshot {
  readonly settings: Settings;
  readonly state: OAuthState;
  readonly data: unknown;
}
