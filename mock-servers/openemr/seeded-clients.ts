// The client of the team's guides (notes 000 and 001), ready at the start. "As the guide describes":
// its secret works for client_credentials. Under --strict it is an ordinary confidential client.
import type { MockClient, SuiteContext } from '../kernel/mock-app.ts';
import type { Client, OAuthState } from './oauth/state.ts';

export const guideClientId = 'neuronova-cdss-internal';

const guideScopes = ['Patient', 'Encounter', 'Observation'].flatMap((resource) => [
  `system/${resource}.read`,
  `system/${resource}.write`,
]);

export function seededClients(context: SuiteContext): readonly Client[] {
  const random = (size: number): string => context.randomBytes(size).toString('base64url');
  return [
    {
      id: guideClientId,
      // In the form of note 000's example: 32 hexadecimal digits.
      secret: context.randomBytes(16).toString('hex'),
      name: 'NeuroNova CDSS Internal',
      role: 'user',
      isConfidential: true,
      isEnabled: true,
      scopes: guideScopes,
      redirectUris: [],
      postLogoutRedirectUris: [],
      contacts: [],
      grantTypes: ['client_credentials'],
      jwks: undefined,
      jwksUri: undefined,
      launchUri: undefined,
      skipsEhrLaunchFlow: false,
      dsiType: 'none',
      registrationToken: random(32),
      registrationPath: random(16),
      registeredAtMs: context.clock.now(),
      guide: { grants: ['client_credentials'] },
    },
  ];
}

/** For `/__admin/clients` and the environment of `exec`. */
export function shownClients({ clients }: OAuthState): readonly MockClient[] {
  const client = clients.get(guideClientId);
  if (!client) return [];
  return [
    {
      server: 'openemr',
      name: client.name,
      clientId: client.id,
      ...(client.secret !== undefined && { clientSecret: client.secret }),
      grants: client.guide?.grants ?? [],
      scopes: client.scopes,
    },
  ];
}
