// The servers of a profile: OpenEMR's FHIR API, a second FHIR server, Orthanc.

import type { FhirClient } from '#core/fhir/client.ts';
import type { CapabilityStatement } from '#core/fhir/r4.ts';
import type { OrthancClient } from '#core/orthanc/client.ts';
import type { DicomWebClient } from '#core/orthanc/dicomweb.ts';
import type { LoadClients } from './platform/load-clients.ts';
import { SecretKind, type Secrets } from './platform/secrets.ts';
import type { Profile } from './profile.ts';
import type { Session } from './session.ts';

export type FhirServerKey = 'openemr' | 'fhir';

export interface Servers {
  /** In the order of the tree; those without an address are left out. */
  fhirServers(profile: Profile): readonly FhirServerKey[];
  fhir(profile: Profile, server: FhirServerKey): Promise<FhirClient>;
  /** Asked without a token: a server tells everyone what it can do. */
  capabilities(
    profile: Profile,
    server: FhirServerKey,
    cancel?: { readonly signal?: AbortSignal },
  ): Promise<CapabilityStatement>;
  orthanc(profile: Profile): Promise<OrthancClient>;
  /** The plug-in of that Orthanc. */
  dicomWeb(profile: Profile): Promise<DicomWebClient>;
}

export function createServers(
  session: Session,
  secrets: Secrets,
  load: LoadClients,
  ready: (profile: Profile) => Promise<void>,
): Servers {
  const fhir: Servers['fhir'] = async (profile, server) => {
    await ready(profile);
    return server === 'fhir'
      ? load().clients.fhir(profile.fhirUrl)
      : (await session.connection(profile)).fhir;
  };
  return {
    fhir,
    fhirServers: ({ baseUrl, fhirUrl }) => [
      ...(baseUrl.trim() === '' ? [] : (['openemr'] as const)),
      ...(fhirUrl.trim() === '' ? [] : (['fhir'] as const)),
    ],
    async capabilities(profile, server, cancel) {
      const { baseUrl } = await fhir(profile, server);
      return load().clients.fhir(baseUrl).capabilities(cancel);
    },
    async orthanc(profile) {
      await ready(profile);
      return load().clients.orthanc(profile.orthancUrl, await orthancLogin(profile, secrets));
    },
    async dicomWeb(profile) {
      await ready(profile);
      const url = `${profile.orthancUrl.trim().replace(/\/+$/, '')}/dicom-web`;
      return load().clients.dicomWeb(url, await orthancLogin(profile, secrets));
    },
  };
}

async function orthancLogin(profile: Profile, secrets: Secrets) {
  const { orthancUser: username } = profile;
  if (username === '') return undefined;
  const password = (await secrets.get(profile, SecretKind.orthancPassword)) ?? '';
  return { username, password };
}

/** Address whose owner decides whether it may be written to. */
export function fhirAddress({ baseUrl, fhirUrl }: Profile, server: FhirServerKey): string {
  return server === 'openemr' ? baseUrl : fhirUrl;
}

/** What the trees are built from: when it changes, they start anew. */
export function serverAddresses(profile: Profile): readonly string[] {
  const { name, baseUrl, site, fhirUrl, orthancUrl, orthancUser } = profile;
  return [name, baseUrl, site, fhirUrl, orthancUrl, orthancUser];
}
