// The profile of the mock servers works without typing: it takes over the client that their seed has made.
import type { SuiteUrls } from '#core/control/wire.ts';
import { readMockClients } from './platform/mock-control.ts';
import type { ProfileStore } from './platform/profile-store.ts';
import { SecretKind, type Secrets } from './platform/secrets.ts';

export async function adoptMockClient(
  { openemr }: SuiteUrls,
  { profiles, secrets }: { profiles: ProfileStore; secrets: Secrets },
): Promise<void> {
  const profile = profiles.all.find(({ mock }) => mock);
  if (!openemr || !profile) return;
  const seeded = (await readMockClients(openemr)).filter(({ server }) => server === 'openemr');
  const own = seeded.find(({ clientId }) => clientId === profile.clientId);
  // What a person typed stays, unless it is the seeded client, whose secret differs with the seed.
  const client = own ?? (profile.clientId === '' ? seeded[0] : undefined);
  if (client?.clientSecret === undefined) return;
  await secrets.set(profile, SecretKind.clientSecret, client.clientSecret);
  profiles.edit(profile.name, 'clientId', client.clientId);
  if (!own) profiles.edit(profile.name, 'scopes', client.scopes.join(' '));
}
