// Where a command finds its server: options first, then the environment (the names that `exec` sets).
// Secrets come from the environment only: a command line is visible to every user of the machine.
import { readFile } from 'node:fs/promises';
import { WorkbenchError } from '#core/errors.ts';
import { parseScopes } from '#core/oauth/scopes.ts';
import { text } from '#core/text.ts';
import type { ConnectionSecrets, ConnectionSettings } from '#core/workflows/connect.ts';
import type { TrustFlags } from './http.ts';
import type { Terminal } from './terminal.ts';

type Environment = Terminal['environment'];

export interface ConnectionFlags extends TrustFlags {
  readonly url?: string;
  readonly site?: string;
  readonly clientId?: string;
  readonly auth?: string;
  readonly grant?: string;
  readonly scopes?: string;
  readonly username?: string;
  readonly userRole?: string;
  readonly email?: string;
}

export const grants = ['client_credentials', 'password', 'refresh_token'] as const;
export const clientAuths = ['secretPost', 'secretBasic', 'signedJwt', 'public'] as const;
export const userRoles = ['users', 'patient'] as const;

export const defaultScopes = 'system/Patient.read system/Encounter.read system/Observation.read';

export function connectionSettings(
  flags: ConnectionFlags,
  environment: Environment,
): ConnectionSettings {
  const wish = (flag: string | undefined, name: string, fallback: string): string =>
    flag ?? environment[name] ?? fallback;
  const username = flags.username ?? environment['OPENEMR_USERNAME'];
  const hasKey = environment['OPENEMR_PRIVATE_KEY_FILE'] !== undefined;
  return {
    baseUrl: wish(flags.url, 'OPENEMR_URL', 'http://127.0.0.1:8081'),
    site: wish(flags.site, 'OPENEMR_SITE', 'default'),
    clientId: wish(flags.clientId, 'OPENEMR_CLIENT_ID', ''),
    clientAuth: oneOf(
      clientAuths,
      wish(flags.auth, 'OPENEMR_CLIENT_AUTH', hasKey ? 'signedJwt' : 'secretPost'),
    ),
    grant: oneOf(grants, wish(flags.grant, 'OPENEMR_GRANT', 'client_credentials')),
    scopes: parseScopes(wish(flags.scopes, 'OPENEMR_SCOPES', defaultScopes)),
    userRole: oneOf(userRoles, flags.userRole ?? 'users'),
    ...(username !== undefined && { username }),
    ...(flags.email !== undefined && { email: flags.email }),
  };
}

/** @throws WorkbenchError `FILE_UNREADABLE` */
export async function connectionSecrets(environment: Environment): Promise<ConnectionSecrets> {
  const {
    OPENEMR_CLIENT_SECRET,
    OPENEMR_PRIVATE_KEY_FILE,
    OPENEMR_PASSWORD,
    OPENEMR_REFRESH_TOKEN,
  } = environment;
  return {
    ...(OPENEMR_CLIENT_SECRET && { clientSecret: OPENEMR_CLIENT_SECRET }),
    ...(OPENEMR_PASSWORD && { password: OPENEMR_PASSWORD }),
    ...(OPENEMR_REFRESH_TOKEN && { refreshToken: OPENEMR_REFRESH_TOKEN }),
    ...(OPENEMR_PRIVATE_KEY_FILE && { privateKey: await readKey(OPENEMR_PRIVATE_KEY_FILE) }),
  };
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new WorkbenchError(
      'FILE_UNREADABLE',
      text(
        'The private key {file} cannot be read. Check OPENEMR_PRIVATE_KEY_FILE and its permissions.',
        {
          file,
        },
      ),
      { cause },
    );
  }
}

function oneOf<const T extends string>(words: readonly T[], value: string): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('"{value}" is not possible here. Choose one of: {words}.', {
      value,
      words: words.join(', '),
    }),
  );
}
