import type { Memento, SecretStorage } from 'vscode';
import { isRecord, isStringArray } from '#core/guards.ts';
import type { Profile } from '../profile.ts';

export const SecretKind = {
  clientSecret: 'clientSecret',
  privateKey: 'privateKey',
  password: 'password',
  refreshToken: 'refreshToken',
  orthancPassword: 'orthancPassword',
} as const;
export type SecretKind = (typeof SecretKind)[keyof typeof SecretKind];

export interface Secrets {
  get(profile: Profile, kind: SecretKind): Promise<string | undefined>;
  /** An empty value removes it. What was kept for an earlier address of the profile goes with either. */
  set(profile: Profile, kind: SecretKind, value: string): Promise<void>;
  /** For a profile that got another name: those for its earlier addresses go along. */
  move(from: Profile, to: Profile): Promise<void>;
  /** Those for its earlier addresses too. */
  remove(profile: Profile): Promise<void>;
}

const kinds = Object.values(SecretKind);
const serversKey = 'secretServers';

/**
 * A secret belongs to a profile and to the server it was entered for: when the address in a shared
 * settings file changes, the secret does not follow it to a foreign server. It stays with the old address
 * until another one is entered, so that a slip while typing an address costs nothing.
 *
 * @param memory - which servers a profile has had secrets for; kept where its profile is kept, because
 *   two workspaces may each have a profile of the same name
 */
export function createSecrets(storage: SecretStorage, memory: () => Memento): Secrets {
  const serversOf = ({ name }: Profile): readonly string[] => {
    const known = readServers(memory());
    return known[name] ?? [];
  };
  const remember = (name: string, servers: readonly string[]) => {
    const { [name]: _old, ...others } = readServers(memory());
    const all = servers.length === 0 ? others : { ...others, [name]: servers };
    return memory().update(serversKey, all);
  };
  const everyServerOf = (profile: Profile) =>
    new Set([...serversOf(profile), ...kinds.map((kind) => serverOf(profile, kind))]);

  return {
    get: async (profile, kind) =>
      await storage.get(keyOf(profile.name, serverOf(profile, kind), kind)),
    async set(profile, kind, value) {
      const server = serverOf(profile, kind);
      const known = serversOf(profile);
      if (!known.includes(server)) await remember(profile.name, [...known, server]);
      const key = keyOf(profile.name, server, kind);
      await (value === '' ? storage.delete(key) : storage.store(key, value));
      for (const earlier of known) {
        if (earlier !== server) await storage.delete(keyOf(profile.name, earlier, kind));
      }
    },
    async move(from, to) {
      const servers = [...everyServerOf(from)];
      await remember(to.name, servers);
      for (const server of servers) {
        for (const kind of kinds) {
          const old = keyOf(from.name, server, kind);
          const value = await storage.get(old);
          if (value === undefined) continue;
          await storage.store(keyOf(to.name, server, kind), value);
          await storage.delete(old);
        }
      }
      await remember(from.name, []);
    },
    async remove(profile) {
      for (const server of everyServerOf(profile)) {
        for (const kind of kinds) await storage.delete(keyOf(profile.name, server, kind));
      }
      await remember(profile.name, []);
    },
  };
}

function serverOf(profile: Profile, kind: SecretKind): string {
  // The mock servers change ports; their secrets are worth nothing elsewhere.
  if (profile.mock) return 'mock';
  const url = kind === SecretKind.orthancPassword ? profile.orthancUrl : profile.baseUrl;
  return URL.canParse(url) ? new URL(url).origin : '';
}

function keyOf(name: string, server: string, kind: SecretKind): string {
  return JSON.stringify([name, server, kind]);
}

function readServers(memory: Memento): Readonly<Record<string, readonly string[]>> {
  const value = memory.get(serversKey);
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, servers]) =>
      isStringArray(servers) ? [[name, servers] as const] : [],
    ),
  );
}
