import * as vscode from 'vscode';
import { fhirScheme } from '../ids.ts';
import type { FhirServerKey } from '../servers.ts';

/** A resource on one server of one profile: `fhir:/Mock servers/fhir/Patient/42.json`. */
export interface ResourceAddress {
  readonly profile: string;
  readonly server: FhirServerKey;
  readonly type: string;
  readonly id: string;
}

export function resourceUri(
  { profile, server, type, id }: ResourceAddress,
  scheme: string = fhirScheme,
): vscode.Uri {
  // A slash in a profile name would make another path; the rest stays readable in the breadcrumbs.
  const name = profile.replace(/[%/]/g, encodeURIComponent);
  const path = `/${name}/${server}/${type}/${id}.json`;
  return vscode.Uri.from({ scheme, path });
}

export function parseResourceUri({ path }: vscode.Uri): ResourceAddress | undefined {
  const match = /^\/([^/]+)\/(openemr|fhir)\/([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})\.json$/.exec(
    path,
  );
  const [, profile, server, type, id] = match ?? [];
  if (!profile || !type || !id || (server !== 'openemr' && server !== 'fhir')) return undefined;
  return { profile: decodeURIComponent(profile), server, type, id };
}
