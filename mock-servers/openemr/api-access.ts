// Per-route checks behind the bearer check: role, resource scope, patient context. The routers of
// patient data call these; each throws an ApiRefusal that the composition renders.
import type { Response } from 'express';
import type { Bearer } from './contracts.ts';
import type { Profile } from './profiles.ts';
import { ApiRefusal } from './refusals.ts';

/** SMART v2 letters: create, read, update, delete, search. */
export type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

const rolePrefix = { users: 'user', patient: 'patient', system: 'system' } as const;

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
 * @throws ApiRefusal `resourceScopeMissing`
 */
export function requireScope(
  bearer: Bearer,
  resource: string,
  interaction: Interaction,
  profile: Profile,
): void {
  if (!hasScope(bearer, resource, interaction, profile))
    throw new ApiRefusal('resourceScopeMissing');
}

export function hasScope(
  bearer: Bearer,
  resource: string,
  interaction: Interaction,
  profile: Profile,
): boolean {
  const prefix = `${rolePrefix[bearer.role]}/${resource}.`;
  const permissions = [...bearer.scopes]
    .filter((scope) => scope.startsWith(prefix))
    .map((scope) => scope.slice(prefix.length));
  const lettersCount = profile.scopePermission === 'cruds';
  return permissions.some((permission) => permits(permission, interaction, lettersCount));
}

/** An operation such as `DocumentReference.$docref` or `*.$bulkdata-status` is a scope of its own. */
export function requireOperationScope(bearer: Bearer, operation: string): void {
  if (!bearer.scopes.has(`${rolePrefix[bearer.role]}/${operation}`)) {
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
