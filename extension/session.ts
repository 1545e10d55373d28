// Connections of the profiles, and the access token of the active one: in memory only.
import * as vscode from 'vscode';
import { WorkbenchError } from '#core/errors.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import { text } from '#core/text.ts';
import type { Connection, ConnectionSecrets, ConnectionSettings } from '#core/workflows/connect.ts';
import type { LoadClients } from './platform/load-clients.ts';
import type { ProfileStore } from './platform/profile-store.ts';
import { SecretKind, type Secrets } from './platform/secrets.ts';
import { Grant, type Profile, scopeList } from './profile.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}

export interface HeldToken {
  readonly token: TokenSet;
  readonly requested: readonly string[];
}

export interface Session extends vscode.Disposable {
  /** Of the active profile. */
  readonly held: HeldToken | undefined;
  readonly onDidChange: vscode.Event<void>;
  settings(profile: Profile): Promise<ConnectionSettings>;
  /** Requests its token by itself when the first call needs one. */
  connection(profile: Profile): Promise<Connection>;
  /** Asks for a new token, even when the old one would still do. */
  request(cancel?: Cancel): Promise<HeldToken>;
  forget(): void;
  /** A profile got another name: its tokens go along. */
  rename(from: string, to: string): void;
  /** Every token of a profile that is deleted; what a request under way brings is not kept. */
  remove(name: string): void;
  /** Every token, because the clients that held them are gone. */
  clear(): void;
  /** What the token cache tells. */
  take(key: string, token: TokenSet | undefined): void;
}

export interface SessionDeps {
  readonly profiles: ProfileStore;
  readonly secrets: Secrets;
  readonly load: LoadClients;
  ready(profile: Profile): Promise<void>;
  report(error: unknown): void;
}

export function createSession({ profiles, secrets, load, ready, report }: SessionDeps): Session {
  const changed = new vscode.EventEmitter<void>();
  /** By the key of the token cache; the requested scopes are those of the profile at that time. */
  const held = new Map<string, HeldToken>();
  const owners = new Map<string, Profile>();

  const connection: Session['connection'] = async (profile) => {
    await ready(profile);
    const settings = await connectionSettings(profile, secrets);
    const made = load().clients.connect(settings, () => connectionSecrets(profile, secrets));
    owners.set(made.tokenKey, profile);
    return made;
  };
  const activeKey = () => [...owners].find(([, owner]) => isSame(owner, profiles.active))?.[0];

  return {
    get held() {
      return held.get(activeKey() ?? '');
    },
    onDidChange: changed.event,
    settings: (profile) => connectionSettings(profile, secrets),
    connection,
    async request(cancel) {
      const { tokenKey, tokens } = await connection(profiles.active);
      const { tokens: cache } = load().clients;
      await cache.settled(tokenKey, cancel);
      const old = cache.peek(tokenKey);
      cache.forget(tokenKey);
      try {
        await tokens.token(cancel);
      } catch (error) {
        // A failed renewal does not take away what still works.
        if (old) cache.put(tokenKey, old);
        throw error;
      }
      const fresh = held.get(tokenKey);
      if (!fresh) throw noToken();
      return fresh;
    },
    forget() {
      const key = activeKey();
      if (key !== undefined) load().clients.tokens.forget(key);
    },
    rename(from, to) {
      for (const [key, owner] of owners) {
        if (owner.name === from) owners.set(key, { ...owner, name: to });
      }
      changed.fire();
    },
    remove(name) {
      const keys = [...owners].filter(([, owner]) => owner.name === name).map(([key]) => key);
      for (const key of keys) {
        owners.delete(key);
        load().clients.tokens.forget(key);
      }
    },
    clear() {
      held.clear();
      changed.fire();
    },
    take(key, token) {
      const owner = owners.get(key);
      if (token && owner) {
        held.set(key, { token, requested: scopeList(owner.scopes) });
        // OpenEMR rotates refresh tokens: the one just used is worth nothing any more.
        const { refreshToken } = token;
        if (refreshToken) {
          void secrets.set(owner, SecretKind.refreshToken, refreshToken).catch(report);
        }
      } else {
        held.delete(key);
      }
      changed.fire();
    },
    dispose: () => changed.dispose(),
  };
}

/** A token belongs to a client at a server: after an edit of either, it is another one's. */
function isSame(a: Profile, b: Profile): boolean {
  const fields = ['name', 'baseUrl', 'site', 'clientId', 'grant', 'userName'] as const;
  return fields.every((field) => a[field] === b[field]);
}

async function connectionSettings(profile: Profile, secrets: Secrets): Promise<ConnectionSettings> {
  const { baseUrl, clientId, grant, userName } = profile;
  return {
    baseUrl,
    site: profile.site.trim() || 'default',
    clientId: clientId.trim(),
    clientAuth: await clientAuth(profile, secrets),
    grant: grant === Grant.secret || grant === Grant.jwt ? 'client_credentials' : grant,
    scopes: scopeList(profile.scopes),
    ...(userName !== '' && { username: userName }),
  };
}

/** Only the grant that lives of a secret insists on one: a public client has none. */
async function clientAuth(
  profile: Profile,
  secrets: Secrets,
): Promise<ConnectionSettings['clientAuth']> {
  if (profile.grant === Grant.jwt) return 'signedJwt';
  if (profile.grant === Grant.secret) return 'secretPost';
  const secret = await secrets.get(profile, SecretKind.clientSecret);
  return secret === undefined ? 'public' : 'secretPost';
}

async function connectionSecrets(profile: Profile, secrets: Secrets): Promise<ConnectionSecrets> {
  const kinds = [
    SecretKind.clientSecret,
    SecretKind.privateKey,
    SecretKind.password,
    SecretKind.refreshToken,
  ] as const;
  const values = await Promise.all(
    kinds.map(async (kind) => [kind, await secrets.get(profile, kind)] as const),
  );
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function noToken(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text('The server gave no access token. Check the client, the grant and the scopes.'),
  );
}
