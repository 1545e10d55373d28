// Who may call a route: role, scope and phpGACL permission, in OpenEMR's order.
import type { JournalNote } from '#core/control/wire.ts';
import { requireOperationScope, requireRole, requireScope } from '../api-access.ts';
import type { ApiRole, Bearer } from '../contracts.ts';
import type { Profile } from '../profiles.ts';
import { isAllowed } from '../records/acl.ts';
import type { Records } from '../records/records.ts';
import { ApiRefusal } from '../refusals.ts';
import type { ApiRoute, FoundRoute } from './api-route.ts';

/**
 * @returns the token as it counts for this route; undefined when the route needs none
 * @throws ApiRefusal in the order role, scope, ACL
 */
export function checkAccess(
  found: FoundRoute,
  bearer: Bearer | undefined,
  table: { readonly roles: readonly ApiRole[] },
  deps: { readonly profile: Profile; readonly records: Records },
): Bearer | undefined {
  const { route } = found;
  if (route.isOpen || (route.needsNoScope && deps.profile.versionIsPublic)) return bearer;
  if (!bearer) throw new ApiRefusal('missingHeader');
  requireRole(bearer, ...table.roles);
  const effective = route.needsNoScope ? bearer : withinScope(found, bearer, deps.profile);
  const isSelf = route.isOpenToSelf && found.params['uuid'] === bearer.userUuid;
  if (route.acl && !isSelf) checkAcl(route, effective, deps.records);
  return effective;
}

// A patient scope binds the call to its patient, also in the hands of a clinician who launched an app
// for that patient; OpenEMR then treats the call as the patient's own (HttpRestRequest).
function withinScope(found: FoundRoute, bearer: Bearer, profile: Profile): Bearer {
  const { resource, operation, interaction } = found;
  if (operation) requireOperationScope(bearer, `${resource ?? '*'}.${operation}`);
  if (operation || !resource) return bearer;
  const context = requireScope(bearer, resource, interaction, profile);
  if (context === 'patient') return { ...bearer, role: 'patient' };
  const { patientUuid: _unbound, ...rest } = bearer;
  return rest;
}

function checkAcl(route: ApiRoute, bearer: Bearer, records: Records): void {
  // OpenEMR puts oe-system into the group of administrators.
  if (bearer.role === 'system') return;
  const group =
    bearer.role === 'patient'
      ? ''
      : records.database.get('SELECT acl_group FROM users WHERE username = ?', bearer.username)?.[
          'acl_group'
        ];
  const isExempt = bearer.role === 'patient' && route.aclOfPatients !== true;
  if (!isExempt && !isAllowed(String(group ?? ''), route.acl ?? ''))
    throw new ApiRefusal('aclDenied');
}

const contexts = { users: 'user', patient: 'patient', system: 'system' } as const;

/** Why a call was refused, for the journal: the scope or the permission that would have let it pass. */
export function noteOf(
  { kind }: ApiRefusal,
  { route, resource, operation, interaction }: FoundRoute,
  bearer: Bearer | undefined,
): JournalNote | undefined {
  if (kind === 'aclDenied') {
    return { key: 'openemr.acl-denied', args: { permission: route.acl ?? '' } };
  }
  if (kind === 'roleMismatch')
    return { key: 'openemr.role-mismatch', args: { role: bearer?.role ?? '' } };
  if (kind !== 'resourceScopeMissing') return undefined;
  const isRead = interaction === 'r' || interaction === 's';
  const permission = operation ?? (isRead ? 'read' : 'write');
  const scope = `${contexts[bearer?.role ?? 'users']}/${resource ?? '*'}.${permission}`;
  return { key: 'openemr.scope-missing', args: { scope } };
}
