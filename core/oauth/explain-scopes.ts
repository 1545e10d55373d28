// Why a scope was refused or not granted, by the grammar and the lists of OpenEMR 7.
import type { Finding } from '../finding.ts';
import { type Text, text } from '../text.ts';
import { parseResourceScope, type ScopeDifference } from './scopes.ts';

/** OpenEMR 7.0.3: the only FHIR resources with a PUT route, hence with a .write scope. */
const writable: ReadonlySet<string> = new Set(['Patient', 'Practitioner', 'Organization']);

/** @param scope - the one the server named, or empty when it named none */
export function scopeAdvice(scope: string, requested: readonly string[]): Text {
  const parsed = parseResourceScope(scope);
  if (parsed === undefined) return scopeFormAdvice(scope);
  const { context, resource, access, syntax } = parsed;
  if (resource === '*' || access === '*') {
    return text('OpenEMR knows no wildcards: name every resource, such as user/Patient.read.');
  }
  if (syntax === 'v2') {
    return text(
      'OpenEMR up to 7.0.3 knows .read and .write only; letters such as .rs came with 7.0.4.',
    );
  }
  if (isStandardApi(resource) && !requested.some((one) => /^api:(?:oemr|port)$/.test(one))) {
    return text('Scopes of the standard API, in lower case, need api:oemr beside them.');
  }
  if (access === 'write' && (context === 'system' || !writable.has(resource))) {
    return text(
      'OpenEMR writes only Patient, Practitioner and Organization through FHIR, and never with a system/ scope. Remove this scope or use the standard API.',
    );
  }
  return text(
    'Remove the scope {scope}, or check in Connectors that the API it belongs to is switched on: system/ scopes have a switch of their own.',
    { scope },
  );
}

function scopeFormAdvice(scope: string): Text {
  if (scope !== '' && scope.includes('.') && !scope.includes('/')) {
    return text('Put the context in front, such as user/{scope} or system/{scope}.', { scope });
  }
  return text(
    'Compare the scopes with those in the discovery document of the server, and remove the ones it does not list.',
  );
}

function isStandardApi(resource: string): boolean {
  return resource === resource.toLowerCase();
}

/** Findings for a token that was granted with less than was asked. */
export function explainScopes({ missing }: ScopeDifference): readonly Finding[] {
  if (missing.length === 0) return [];
  const scopes = missing.join(' ');
  const refreshless = missing.includes('offline_access');
  return [
    {
      id: 'oauth.scope-dropped',
      cause: text(
        'The client was not registered with these scopes: OpenEMR drops them without an error.',
      ),
      evidence: text('Asked for, but not granted: {scopes}', { scopes }),
      fix: text(
        'Register a client with these scopes, or remove them from the request. OpenEMR cannot add scopes to a client later.',
      ),
    },
    ...(refreshless ? [noRefreshToken(scopes)] : []),
  ];
}

function noRefreshToken(scopes: string): Finding {
  return {
    id: 'oauth.no-refresh-token',
    cause: text('There is no refresh token without the scope offline_access.'),
    evidence: text('Asked for, but not granted: {scopes}', { scopes }),
    fix: text(
      'Register the client as confidential with offline_access. client_credentials never gives a refresh token: request a new token instead.',
    ),
  };
}
