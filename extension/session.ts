// The access token of the active profile: in memory only, renewed before it expires.
import type { Event } from 'vscode';
import * as vscode from 'vscode';
import { WorkbenchError } from '#core/errors.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import { text } from '#core/text.ts';
import type { TokenOrder } from './clients.ts';
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
  readonly onDidChange: Event<void>;
  request(cancel?: Cancel): Promise<HeldToken>;
  /** For a request that needs it; asks the server again when the token is about to expire. */
  bearer(cancel?: Cancel): Promise<string>;
  forget(): void;
}

const RENEW_BEFORE_MS = 30_000;

export function createSession(
  profiles: ProfileStore,
  secrets: Secrets,
  load: LoadClients,
): Session {
  const changed = new vscode.EventEmitter<void>();
  const tokens = new Map<string, HeldToken>();
  const current = () => tokens.get(keyOf(profiles.active));

  const request: Session['request'] = async (cancel) => {
    const profile = profiles.active;
    const order = await tokenOrder(profile, secrets);
    const token = await load().clients.requestToken(order, cancel);
    // OpenEMR rotates refresh tokens: the one just used is worth nothing any more.
    if (token.refreshToken !== undefined) {
      await secrets.set(profile, SecretKind.refreshToken, token.refreshToken);
    }
    const held = { token, requested: order.scopes };
    tokens.set(keyOf(profile), held);
    changed.fire();
    return held;
  };

  return {
    get held() {
      return current();
    },
    onDidChange: changed.event,
    request,
    async bearer(cancel) {
      const held = current();
      if (!held) throw noToken();
      const { expiresAtMs = Number.POSITIVE_INFINITY } = held.token;
      const isFresh = expiresAtMs - Date.now() > RENEW_BEFORE_MS;
      return (isFresh ? held : await request(cancel)).token.accessToken;
    },
    forget() {
      tokens.delete(keyOf(profiles.active));
      changed.fire();
    },
    dispose: () => changed.dispose(),
  };
}

/** A token belongs to a client at a server: after an edit of either, it is another one's. */
function keyOf({ name, baseUrl, site, clientId, grant, userName }: Profile): string {
  return JSON.stringify([name, baseUrl, site, clientId, grant, userName]);
}

async function tokenOrder(profile: Profile, secrets: Secrets): Promise<TokenOrder> {
  const { baseUrl, site, clientId, grant, userName } = profile;
  if (clientId.trim() === '') throw noClientId();
  const wanted = neededSecrets[grant];
  const values: Partial<Record<SecretKind, string>> = {};
  for (const { kind, isRequired } of wanted) {
    const value = await secrets.get(profile, kind);
    if (value !== undefined) values[kind] = value;
    else if (isRequired) throw noSecret(kind);
  }
  return {
    baseUrl,
    site: site.trim() || 'default',
    clientId: clientId.trim(),
    grant,
    userName,
    scopes: scopeList(profile.scopes),
    ...values,
  };
}

/** A public client has no secret, so only the grant that lives of it insists on one. */
const neededSecrets: Readonly<
  Record<Grant, readonly { readonly kind: SecretKind; readonly isRequired: boolean }[]>
> = {
  [Grant.secret]: [{ kind: SecretKind.clientSecret, isRequired: true }],
  [Grant.jwt]: [{ kind: SecretKind.privateKey, isRequired: true }],
  [Grant.password]: [
    { kind: SecretKind.clientSecret, isRequired: false },
    { kind: SecretKind.password, isRequired: true },
  ],
  [Grant.refresh]: [
    { kind: SecretKind.clientSecret, isRequired: false },
    { kind: SecretKind.refreshToken, isRequired: true },
  ],
};

function noToken(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text('There is no access token for this profile yet. Request one in the Connections view.'),
  );
}

function noClientId(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text(
      'No token was requested because the client id is empty. Enter the client id that OpenEMR gave you.',
    ),
  );
}

function noSecret(kind: SecretKind): WorkbenchError {
  const sentences = {
    clientSecret: text(
      'No token was requested because the client secret is missing. Enter it in the Connections view.',
    ),
    privateKey: text(
      'No token was requested because the private key is missing. Enter it in the Connections view.',
    ),
    password: text(
      'No token was requested because the password is missing. Enter it in the Connections view.',
    ),
    refreshToken: text(
      'No token was requested because there is no refresh token. Request one with another grant and the scope offline_access first.',
    ),
    orthancPassword: text('The Orthanc password is missing. Enter it in the Connections view.'),
  };
  return new WorkbenchError('OAUTH_SETTINGS', sentences[kind]);
}
