// How a client proves who it is at the token endpoint: fields of the form, or a header.
import type { Clock } from '../clock.ts';
import { assertionType, signClientAssertion } from './client-assertion.ts';
import type { SigningKey } from './signing-key.ts';

export type ClientAuth =
  | { readonly kind: 'secretPost'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'secretBasic'; readonly clientId: string; readonly clientSecret: string }
  | {
      readonly kind: 'signedJwt';
      readonly clientId: string;
      readonly key: SigningKey;
      /** When the server knows its token endpoint by another address than the client does. */
      readonly audience?: string;
    }
  | { readonly kind: 'public'; readonly clientId: string };

export interface AuthPorts {
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface ClientProof {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export async function proveClient(
  auth: ClientAuth,
  tokenEndpoint: string,
  { clock, newId }: AuthPorts,
): Promise<ClientProof> {
  const { clientId } = auth;
  switch (auth.kind) {
    case 'secretPost':
      return { form: { client_id: clientId, client_secret: auth.clientSecret }, headers: {} };
    case 'secretBasic':
      return { form: {}, headers: { authorization: basic(clientId, auth.clientSecret) } };
    case 'public':
      return { form: { client_id: clientId }, headers: {} };
    case 'signedJwt': {
      const { key, audience = tokenEndpoint } = auth;
      const jwt = { clientId, audience, key, nowMs: clock.now(), jti: newId() };
      const client_assertion = await signClientAssertion(jwt);
      return {
        form: { client_assertion_type: assertionType, client_assertion },
        headers: {},
      };
    }
  }
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basic(clientId: string, clientSecret: string): string {
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function formEncode(value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1);
}
