// Claims of the id token: those of OpenID Connect, then those of the granted scopes.
import { type OAuthDeps, oauthUrl } from './deps.ts';
import type { Claims } from './jwt.ts';

interface IdTokenGrant {
  readonly clientId: string;
  readonly userUuid: string;
  readonly site: string;
  readonly scopes: readonly string[];
  readonly lifetimeMs: number;
  readonly nonce?: string | undefined;
}

export function idTokenClaims(grant: IdTokenGrant, nowMs: number, deps: OAuthDeps): Claims {
  const iat = Math.floor(nowMs / 1000);
  return {
    aud: grant.clientId,
    iss: oauthUrl(deps, grant.site),
    iat,
    exp: Math.floor((nowMs + grant.lifetimeMs) / 1000),
    sub: grant.userUuid,
    ...scopeClaims(grant, deps),
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
  };
}

interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly email?: string;
  readonly fhirType: 'Patient' | 'Practitioner' | 'Person';
}

function scopeClaims(grant: IdTokenGrant, deps: OAuthDeps): Claims {
  const person = personOf(grant.userUuid, deps);
  const fhirUser = `${deps.baseUrl()}/apis/${grant.site}/fhir/${person.fhirType}/${grant.userUuid}`;
  const name = `${person.firstName} ${person.lastName}`;
  const names = { name, family_name: person.lastName, given_name: person.firstName };
  const email = { email: person.email ?? '', email_verified: true };
  const byScope: Readonly<Record<string, Claims>> = {
    fhirUser: { fhirUser },
    profile: names,
    name: { name },
    family_name: { family_name: person.lastName },
    given_name: { given_name: person.firstName },
    email,
    email_verified: { email_verified: true },
    'api:oemr': { 'api:oemr': true },
    'api:fhir': { 'api:fhir': true },
    'api:port': { 'api:port': true },
  };
  return Object.assign({}, ...grant.scopes.map((scope) => byScope[scope] ?? {}));
}

function personOf(uuid: string, { accounts }: OAuthDeps): Person {
  const staff = accounts.staffByUuid(uuid);
  // OpenEMR: a Practitioner is a user with an NPI, any other user a Person.
  if (staff) return { ...staff, fhirType: staff.npi ? 'Practitioner' : 'Person' };
  const patient = accounts.patientByUuid(uuid);
  if (patient) return { ...patient, fhirType: 'Patient' };
  return { firstName: '', lastName: '', fhirType: 'Person' };
}
