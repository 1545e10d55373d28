// The authorization servers that one suite runs against: a certified foreign one and our mock.
import type { Http } from '#core/http.ts';
import type { Endpoints } from '#core/oauth/discovery.ts';
import type { RegisteredClient } from '#core/oauth/registration.ts';
import type { ClientMetadata } from '#core/oauth/wire.ts';

export interface ServerUnderTest {
  readonly discoveryUrl: string;
  /** Makes a registered client usable, as an administrator would. */
  enable(client: RegisteredClient, metadata: ClientMetadata): Promise<void>;
  /** A client whose secret is good for client_credentials. */
  secretClient(http: Http, endpoints: Endpoints): Promise<RegisteredClient>;
  /** Signs in a person and returns where the browser was sent back to. */
  signIn(authorizationUrl: string, redirectUri: string): Promise<string>;
  close(): Promise<void>;
}

export interface ServerKind {
  readonly name: string;
  /** What RFC 7591 calls `web` or `native`, OpenEMR calls `private`. */
  readonly confidential: Pick<ClientMetadata, 'application_type'>;
  readonly public: Pick<ClientMetadata, 'application_type' | 'token_endpoint_auth_method'>;
  readonly start: () => Promise<ServerUnderTest>;
}

export const redirectUri = 'http://127.0.0.1:53682/callback';
