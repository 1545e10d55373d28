// Which requested scopes are accepted, and which of them a client gets.
import type { Profile } from '../profiles.ts';
import type { Settings } from '../settings.ts';
import type { OAuthDeps } from './deps.ts';
import { invalidScope } from './oauth-failure.ts';
import { type ScopeCatalog, scopeCatalog } from './scope-catalog.ts';
import type { Client } from './state.ts';

export interface ScopeRules {
  readonly profile: Profile;
  readonly settings: Settings;
}

export interface GrantRules extends ScopeRules {
  readonly hasGuideMode: boolean;
  readonly redirectUri?: string | undefined;
}

export function grantRules(deps: OAuthDeps): GrantRules {
  const { profile, hasGuideMode } = deps;
  return { profile, hasGuideMode, settings: deps.settings() };
}

/** league AbstractGrant: split at spaces, empty items dropped. */
export function splitScopes(scope: string): string[] {
  return scope.split(' ').filter((item) => item !== '');
}

/**
 * OpenEMR SR buildScopeValidatorArray: which lists count depends on the request as a whole.
 *
 * @throws OAuthFailure `invalid_scope` for the first scope that no list has
 */
export function requireValidScopes(
  requested: readonly string[],
  rules: ScopeRules,
  redirectUri?: string,
): void {
  if (requested.length === 0) return;
  const catalog = scopeCatalog(rules.profile, rules.settings);
  const whole = requested.join(' ');
  const isApi = /api:oemr|api:port/.test(whole);
  const lists = [
    ...(/fhirUser|api:fhir/.test(whole) || !isApi ? [catalog.fhir] : []),
    ...(isApi ? [catalog.standard] : []),
  ];
  const bad = requested.find((scope) => !isServerScope(scope, lists, rules.profile));
  if (bad !== undefined) throw invalidScope(bad, redirectUri);
}

/** SR finalizeScopes: a scope that is valid on the server but not registered is dropped without a word. */
export function registeredOnly(
  requested: readonly string[],
  registered: readonly string[],
  profile: Profile,
): string[] {
  return requested.filter((scope) => isCovered(scope, registered, profile));
}

/**
 * What may be asked for at /authorize: every scope of the server, and for a client "as the guide
 * describes" what is ticked (all of it when it asks for nothing) through a ticked grant.
 *
 * @throws OAuthFailure `invalid_scope`
 */
export function requestableScopes(
  requested: readonly string[],
  client: Client,
  grant: string,
  rules: GrantRules,
): readonly string[] {
  const isGuide = rules.hasGuideMode && client.guide?.grants.includes(grant);
  const ticked = new Set(isGuide ? client.scopes : []);
  if (requested.length === 0) return [...ticked];
  requireValidScopes(
    requested.filter((scope) => !ticked.has(scope)),
    rules,
    rules.redirectUri,
  );
  return requested;
}

/** Of what may be asked for, what the client is registered for. */
export function grantedScopes(
  requested: readonly string[],
  client: Client,
  grant: string,
  rules: GrantRules,
): string[] {
  const scopes = requestableScopes(requested, client, grant, rules);
  return registeredOnly(scopes, client.scopes, rules.profile);
}

/** The `scopes` claim: what was granted, and in 7.0.3 the site. */
export function tokenScopes(granted: readonly string[], site: string, profile: Profile): string[] {
  return profile.accessTokenHasSiteScope ? [...granted, `site:${site}`] : [...granted];
}

/** The `scope` of a token response (IdTokenSMARTResponse getScopeString). */
export function shownScopes(scopes: readonly string[], profile: Profile): string {
  return scopes.filter((scope) => !profile.hiddenScope.test(scope)).join(' ');
}

export function scopesSupported({ profile, settings }: ScopeRules): string[] {
  const { fhir, standard } = scopeCatalog(profile, settings);
  return [...new Set([...fhir, ...standard])];
}

type ScopeList = ScopeCatalog['fhir'];

function isServerScope(scope: string, lists: readonly ScopeList[], profile: Profile): boolean {
  // SR getScopeEntityByIdentifier: `nonce` and whatever contains `site:` always pass.
  if (scope === 'nonce' || /site:/i.test(scope)) return true;
  if (lists.some((list) => list.has(scope))) return true;
  const wanted = profile.smartV2Scopes ? parseScope(scope) : undefined;
  // A restriction must be listed as it is.
  return wanted?.restriction === '' && lists.some((list) => coversLetters(wanted, [...list]));
}

function isCovered(scope: string, registered: readonly string[], profile: Profile): boolean {
  if (registered.includes(scope)) return true;
  if (!profile.smartV2Scopes) return false;
  const wanted = parseScope(scope);
  // OpenEMR 7.0.4: ScopeEntity::containsScope returns early, so a v1 write passes with any scope on
  // the same resource.
  if (wanted?.permission === 'write') {
    return registered.some((item) => parseScope(item)?.target === wanted.target);
  }
  return wanted !== undefined && coversLetters(wanted, registered);
}

interface ResourceScope {
  /** `user/Patient` */
  readonly target: string;
  readonly permission: string;
  readonly letters: string;
  readonly restriction: string;
}

/** SMART 2: letters of `cruds` in this order; v1 `read` is `rs`, `write` is `cud`. */
function parseScope(scope: string): ResourceScope | undefined {
  const match = /^((?:patient|user|system)\/\w+)\.(read|write|c?r?u?d?s?)(\?.+)?$/.exec(scope);
  const [, target = '', permission = '', restriction = ''] = match ?? [];
  if (permission === '') return undefined;
  const v1Letters: Readonly<Record<string, string>> = { read: 'rs', write: 'cud' };
  return { target, permission, letters: v1Letters[permission] ?? permission, restriction };
}

/** Letters of several scopes add up; one without restriction covers a restricted one. */
function coversLetters(wanted: ResourceScope, available: readonly string[]): boolean {
  const letters = available
    .filter((scope) => scope.startsWith(`${wanted.target}.`))
    .map(parseScope)
    .filter((scope) => scope !== undefined)
    .filter(({ restriction }) => restriction === '' || restriction === wanted.restriction)
    .map((scope) => scope.letters)
    .join('');
  return letters !== '' && [...wanted.letters].every((letter) => letters.includes(letter));
}

/** SR hasScopesThatRequireManualApproval: such a client is born disabled. */
export function needsManualApproval(
  scopes: readonly string[],
  isConfidential: boolean,
  settings: Settings,
): boolean {
  if (!isConfidential && scopes.includes('launch')) return true;
  if (settings.oauth_app_manual_approval === 1) return true;
  return isConfidential && scopes.some((scope) => /user\/|system\//.test(scope));
}
