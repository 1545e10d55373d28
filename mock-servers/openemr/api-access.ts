// Per-route checks behind the bearer check: role, resource scope, patient context. The routers of
// patient data call these; each throws an ApiRefusal that the composition renders.
import type { Response } from 'express';
import type { Bearer } from './contracts.ts';
import type { Profile } from './profiles.ts';
import { ApiRefusal } from './refusals.ts';

/** SMART v2 letters: create, read, update, delete, search. */
export type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

/** First part of a scope. */
export type ScopeContext = 'user' | 'patient' | 'system';

const roleContext = { users: 'user', patient: 'patient', system: 'system' } as const;

/** The token that the bearer check accepted for this request. */
export function bearerOf(response: Response): Bearer {
  const bearer: unknown = response.locals['bearer'];
  if (bearer === undefined) throw new TypeError('bearerOf: the route is not behind requireBearer');
  return bearer as Bearer;
}

/** For tests and the bearer check. */
export function setBearer(response: Response, bearer: Bearer): void {
  response.locals['bearer'] = bearer;
}

/**
 * @param resource - as in the scope: `Patient` for FHIR, `patient` for the standard API
 * @returns the context through which access is given; `patient` binds the answer to `patientUuid`
 * @throws ApiRefusal `resourceScopeMissing`; `noPatientInContext` for a patient scope without one
 */
export function requireScope(
  bearer: Bearer,
  resource: string,
  interaction: Interaction,
  profile: Profile,
): ScopeContext {
  const own = roleContext[bearer.role];
  if (hasScope(bearer, own, resource, interaction, profile)) return own;
  // A staff user in an app that was launched for one patient.
  const isUsersPatientScope =
    bearer.role === 'users' && hasScope(bearer, 'patient', resource, interaction, profile);
  if (!isUsersPatientScope) throw new ApiRefusal('resourceScopeMissing');
  requirePatientContext(bearer);
  return 'patient';
}

function hasScope(
  bearer: Bearer,
  context: ScopeContext,
  resource: string,
  interaction: Interaction,
  profile: Profile,
): boolean {
  return permissionsIn(bearer, context, resource, interaction, profile).length > 0;
}

/** What of the scopes lets a call in, such as `read` or `rs?category=…`; `bearer` as it counts for the route. */
export function permissionsFor(
  bearer: Bearer,
  resource: string,
  interaction: Interaction,
  profile: Profile,
): readonly string[] {
  return permissionsIn(bearer, roleContext[bearer.role], resource, interaction, profile);
}

function permissionsIn(
  bearer: Bearer,
  context: ScopeContext,
  resource: string,
  interaction: Interaction,
  profile: Profile,
): readonly string[] {
  const prefix = `${context}/${resource}.`;
  const lettersCount = profile.scopePermission === 'cruds';
  return [...bearer.scopes]
    .filter((scope) => scope.startsWith(prefix))
    .map((scope) => scope.slice(prefix.length))
    .filter((permission) => permits(permission, interaction, lettersCount));
}

/** An operation such as `DocumentReference.$docref` or `*.$bulkdata-status` is a scope of its own. */
export function requireOperationScope(bearer: Bearer, operation: string): void {
  if (!bearer.scopes.has(`${roleContext[bearer.role]}/${operation}`)) {
    throw new ApiRefusal('resourceScopeMissing');
  }
}

/** @throws ApiRefusal `roleMismatch`: a patient on /api/, the system user on /api/ */
export function requireRole(bearer: Bearer, ...roles: readonly Bearer['role'][]): void {
  if (!roles.includes(bearer.role)) throw new ApiRefusal('roleMismatch');
}

/** The patient that a `patient/` scope is bound to. */
export function requirePatientContext(bearer: Bearer): string {
  if (bearer.patientUuid === undefined) throw new ApiRefusal('noPatientInContext');
  return bearer.patientUuid;
}

function permits(permission: string, interaction: Interaction, lettersCount: boolean): boolean {
  if (permission === 'read') return interaction === 'r' || interaction === 's';
  if (permission === 'write') return interaction !== 'r' && interaction !== 's';
  const [letters = ''] = permission.split('?', 1);
  return lettersCount && /^[cruds]+$/.test(letters) && letters.includes(interaction);
}
