// What a person configures about one environment. No secret is part of it.
import { isRecord, isString } from '#core/guards.ts';

export const Grant = {
  secret: 'client_credentials_secret',
  jwt: 'client_credentials_jwt',
  password: 'password',
  refresh: 'refresh_token',
} as const;
export type Grant = (typeof Grant)[keyof typeof Grant];

export interface Profile {
  readonly name: string;
  /** Addresses follow the mock servers, wherever they listen. */
  readonly mock: boolean;
  readonly baseUrl: string;
  readonly site: string;
  readonly clientId: string;
  readonly grant: Grant;
  /** Separated by blanks. */
  readonly scopes: string;
  /** For the password grant. */
  readonly userName: string;
  /** A second FHIR server, or empty. */
  readonly fhirUrl: string;
  readonly orthancUrl: string;
  readonly orthancUser: string;
  /** Where C-STORE goes, `AET@host:port`; empty for what Orthanc says of itself. */
  readonly dicomNode: string;
}

export type ProfileField = Exclude<keyof Profile, 'name' | 'mock'>;

/** What the form and the field picker show, in this order. */
export const profileFields: readonly ProfileField[] = [
  'baseUrl',
  'site',
  'clientId',
  'grant',
  'scopes',
  'userName',
  'fhirUrl',
  'orthancUrl',
  'orthancUser',
  'dicomNode',
];

export const mockProfileName = 'Mock servers';

/** Where the mock servers listen when nobody says otherwise. */
export const defaultMockUrls = {
  openemr: 'http://127.0.0.1:8081',
  fhir: 'http://127.0.0.1:8080/fhir',
  orthanc: 'http://127.0.0.1:8042',
} as const;

/** What the seeded client of the mock, and a system client of OpenEMR, usually asks for. */
const defaultScopes = 'system/Patient.read system/Encounter.read system/Observation.read';

export function newProfile(name: string, values: Partial<Profile> = {}): Profile {
  return {
    mock: false,
    baseUrl: '',
    site: 'default',
    clientId: '',
    grant: Grant.secret,
    scopes: defaultScopes,
    userName: '',
    fhirUrl: '',
    orthancUrl: '',
    orthancUser: '',
    dicomNode: '',
    ...values,
    name,
  };
}

export function mockProfile(): Profile {
  const { openemr: baseUrl, fhir: fhirUrl, orthanc: orthancUrl } = defaultMockUrls;
  return newProfile(mockProfileName, { mock: true, baseUrl, fhirUrl, orthancUrl });
}

/** Reads the setting; what is not a profile is left out, and the mock profile is always there. */
export function parseProfiles(value: unknown): Profile[] {
  const known = Array.isArray(value) ? value.flatMap(parseProfile) : [];
  const unique = known.filter(
    (profile, index) => known.findIndex(({ name }) => name === profile.name) === index,
  );
  return unique.some(({ mock }) => mock) ? unique : [mockProfile(), ...unique];
}

function parseProfile(value: unknown): Profile[] {
  if (!isRecord(value)) return [];
  const name = value['name'];
  if (!isString(name) || name.trim() === '') return [];
  const base = value['mock'] === true ? mockProfile() : newProfile(name);
  const texts = Object.fromEntries(
    profileFields
      .filter((field) => field !== 'grant' && !(base.mock && isAddress(field)))
      .map((field) => [field, value[field]])
      .filter(([, text]) => isString(text)),
  );
  const grant = value['grant'];
  return [{ ...base, ...texts, ...(isGrant(grant) && { grant }), name }];
}

/** Addresses of a mock profile are found, not configured. */
export function isAddress(field: ProfileField): boolean {
  return ['baseUrl', 'fhirUrl', 'orthancUrl', 'dicomNode'].includes(field);
}

export function isGrant(value: unknown): value is Grant {
  return Object.values<unknown>(Grant).includes(value);
}

/** As it is written into the settings: what equals the default is left out. */
export function toSetting(profile: Profile): Record<string, unknown> {
  const base = profile.mock ? mockProfile() : newProfile(profile.name);
  const changed = profileFields.filter(
    (field) => profile[field] !== base[field] && !(profile.mock && isAddress(field)),
  );
  return {
    name: profile.name,
    ...(profile.mock && { mock: true }),
    ...Object.fromEntries(changed.map((field) => [field, profile[field]])),
  };
}

export function scopeList(scopes: string): string[] {
  return scopes.split(/\s+/).filter((scope) => scope !== '');
}
