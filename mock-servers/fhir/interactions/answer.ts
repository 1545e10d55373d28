// Answers that several interactions share: headers of a version, Prefer, the words of success.
import { type OutcomeIssue, operationOutcome } from '../outcome.ts';
import type { StoredVersion } from '../store/store.ts';
import { type FhirRequest, type FhirResponse, preferences } from '../wire.ts';
import type { World } from '../world.ts';
import type { Written } from './write.ts';

export function versionHeaders(version: number, updated: number): Record<string, string> {
  if (updated !== lastDate.ms) {
    lastDate = { ms: updated, text: new Date(updated).toUTCString() };
  }
  return { ETag: `W/"${version}"`, 'Last-Modified': lastDate.text };
}

/** A transaction says the same time over and over. */
let lastDate = { ms: Number.NaN, text: '' };

export function versionUrl(world: World, type: string, id: string, version: number): string {
  return `${world.baseUrl()}/${type}/${id}/_history/${version}`;
}

export function answerStored(
  world: World,
  type: string,
  stored: StoredVersion,
  body: string,
): FhirResponse {
  return {
    status: 200,
    updated: stored.updated,
    headers: {
      ...versionHeaders(stored.version, stored.updated),
      'Content-Location': versionUrl(world, type, stored.id, stored.version),
    },
    body,
  };
}

/** 201 or 200 with the resource, unless Prefer asks for less or for an OperationOutcome. */
export function answerWritten(world: World, request: FhirRequest, written: Written): FhirResponse {
  const { type, id, version, updated, created } = written;
  const url = versionUrl(world, type, id, version);
  const verb = created ? 'created' : 'updated';
  return {
    status: created ? 201 : 200,
    updated,
    headers: {
      ...versionHeaders(version, updated),
      'Content-Location': url,
      ...(created ? { Location: url } : {}),
    },
    ...bodyFor(
      request,
      written.body,
      `Successfully ${verb} resource "${type}/${id}/_history/${version}".`,
    ),
  };
}

function bodyFor(request: FhirRequest, body: string, words: string): { body?: string } {
  switch (preferences(request).get('return')) {
    case 'minimal':
      return {};
    case 'OperationOutcome':
      return { body: information(words) };
    default:
      return { body };
  }
}

export function information(diagnostics: string, code = 'informational'): string {
  return outcomeText([{ severity: 'information', code, diagnostics }]);
}

export function outcomeText(issues: readonly OutcomeIssue[]): string {
  return JSON.stringify(operationOutcome(issues));
}
