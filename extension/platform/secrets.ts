import type { SecretStorage } from 'vscode';
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
  /** An empty value removes it. */
  set(profile: Profile, kind: SecretKind, value: string): Promise<void>;
  /** For a profile that got another name. */
  move(from: Profile, to: Profile): Promise<void>;
  remove(profile: Profile): Promise<void>;
}

/**
 * A secret belongs to a profile and to the server it was entered for: when the address in a shared
 * settings file changes, the secret does not follow it to a foreign server.
 */
export function createSecrets(storage: SecretStorage): Secrets {
  const kinds = Object.values(SecretKind);
  const secrets: Secrets = {
    get: async (profile, kind) => await storage.get(keyOf(profile, kind)),
    async set(profile, kind, value) {
      const key = keyOf(profile, kind);
      await (value === '' ? storage.delete(key) : storage.store(key, value));
    },
    async move(from, to) {
      for (const kind of kinds) {
        const value = await secrets.get(from, kind);
        if (value !== undefined) await secrets.set(to, kind, value);
      }
      await secrets.remove(from);
    },
    async remove(profile) {
      for (const kind of kinds) await storage.delete(keyOf(profile, kind));
    },
  };
  return secrets;
}

function keyOf(profile: Profile, kind: SecretKind): string {
  const url = kind === SecretKind.orthancPassword ? profile.orthancUrl : profile.baseUrl;
  // The mock servers change ports; their secrets are worth nothing elsewhere.
  const server = profile.mock ? 'mock' : URL.canParse(url) ? new URL(url).origin : '';
  return JSON.stringify([profile.name, server, kind]);
}
