import type { Accounts, ApiDeps } from '../contracts.ts';
import type { OAuthState } from './state.ts';

/** What every OAuth handler gets. */
export interface OAuthDeps extends Omit<ApiDeps, 'note'> {
  readonly accounts: Accounts;
  readonly state: OAuthState;
  /** False: no client works as the guides describe. */
  readonly hasGuideMode: boolean;
  /** With a data folder: writes down at once what a crash must not lose. */
  keep(): void;
}

/** `{base}/oauth2/{site}`: issuer of id tokens and prefix of every endpoint. */
export function oauthUrl(deps: OAuthDeps, site: string): string {
  return `${deps.baseUrl()}/oauth2/${site}`;
}
