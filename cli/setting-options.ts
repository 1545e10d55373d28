// Where on a command line something is given that a sentence asks for. The editor has a form for it.
import type { WorkbenchError } from '#core/errors.ts';
import type { MissingSetting } from '#core/workflows/connect.ts';

const secret = 'OPENEMR_CLIENT_SECRET';
const key = 'OPENEMR_PRIVATE_KEY_FILE';
const login = '--username, OPENEMR_USERNAME, OPENEMR_PASSWORD';
const client = '--client-id, OPENEMR_CLIENT_ID';

const bySetting: Readonly<Record<MissingSetting['setting'], string>> = {
  clientId: client,
  clientSecret: `${secret}, --auth`,
  privateKey: key,
  password: login,
  refreshToken: 'OPENEMR_REFRESH_TOKEN',
};

/** By the id of a finding; what is mended in OpenEMR itself is not here. */
export const optionsByFinding: Readonly<Record<string, string>> = {
  'api.site-unknown': '--site, OPENEMR_SITE',
  'api.scope-missing': '--scopes, OPENEMR_SCOPES',
  'fhir.other-version': '--url, OPENEMR_URL',
  'oauth.assertion-missing': `--auth signedJwt, ${key}`,
  'oauth.assertion-refused': key,
  'oauth.client-unknown': client,
  'oauth.grant-unknown': '--grant, OPENEMR_GRANT',
  'oauth.login-refused': login,
  'oauth.mfa-needed': login,
  'oauth.other-address': '--url, OPENEMR_URL',
  'oauth.path-without-site': '--url, --site',
  'oauth.refresh-refused': 'OPENEMR_REFRESH_TOKEN',
  'oauth.scope-dropped': '--scopes, OPENEMR_SCOPES',
  'oauth.scope-refused': '--scopes, OPENEMR_SCOPES',
  'oauth.secret-instead-of-jwt': `--auth signedJwt, ${key}`,
  'oauth.site-unknown': '--site, OPENEMR_SITE',
  'oauth.user-role-missing': '--user-role',
  'oauth.wrong-secret': secret,
  'server.not-openemr': '--url, OPENEMR_URL',
};

export function optionsFor(setting: MissingSetting['setting']): string {
  return bySetting[setting];
}

/** By its field and not by its class, which would load every client for each command. */
export function optionsForError(error: WorkbenchError): string | undefined {
  const setting = 'setting' in error ? error.setting : undefined;
  return Object.entries(bySetting).find(([name]) => name === setting)?.[1];
}
