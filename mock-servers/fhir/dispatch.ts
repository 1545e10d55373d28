// From a request to its answer, for HTTP and for the entries of a Bundle alike.
import { needsModel } from './interactions/shape.ts';
import { requireResource } from './interactions/write.ts';
import { FhirError, operationOutcome, refuse } from './outcome.ts';
import { findRoute } from './routes.ts';
import type { FhirRequest, FhirResponse } from './wire.ts';
import type { World } from './world.ts';

/** @throws FhirError */
export async function dispatch(
  world: World,
  request: FhirRequest,
  outer: FhirRequest = request,
): Promise<FhirResponse> {
  const route = findRoute(request.method, request.segments);
  world.authorize(request, outer);
  if (needsModel(request)) await world.loadModel();
  if (route.validates) {
    await world.validate(requireResource(request.body, request.segments[0] ?? ''));
  }
  if (route.takesParameters) await world.validate(requireResource(request.body, 'Parameters'));
  return route.run(world, request);
}

/** For the parts of a transaction: nothing may wait there. */
export function runAtOnce(world: World, request: FhirRequest): FhirResponse {
  const answer = findRoute(request.method, request.segments).run(world, request);
  if (answer instanceof Promise)
    throw new TypeError(`${request.method} waits within a transaction`);
  return answer;
}

export function renderError(error: unknown): FhirResponse {
  if (error instanceof FhirError) {
    return {
      status: error.status,
      headers: error.headers,
      body: JSON.stringify(operationOutcome(error.issues)),
    };
  }
  // Only what a client nests thousands deep needs so much of the stack.
  if (error instanceof RangeError && error.message.includes('call stack'))
    return renderError(refuse(400, 'The body is nested too deeply.', 'too-costly'));
  // Only a bug comes here. The client learns nothing of it; who runs the mock does.
  process.stderr.write(`fhir mock: ${error instanceof Error ? error.stack : String(error)}\n`);
  const diagnostics = 'The server failed to answer this request.';
  return {
    status: 500,
    body: JSON.stringify(operationOutcome([{ severity: 'error', code: 'exception', diagnostics }])),
  };
}
