// Parameters that a client sends to an operation.
import { type FhirRequest, type JsonObject, shown } from '../wire.ts';

/** A parameter of a Parameters resource: its resource or its value. */
export function parameterOf(body: unknown, name: string): unknown {
  const found = parametersOf(body).find((candidate) => candidate['name'] === name);
  return found === undefined ? undefined : (found['resource'] ?? valueIn(found));
}

/** Parameters of a POST, as the query of a GET says them. */
export function termsOf(body: unknown): FhirRequest['terms'] {
  return parametersOf(body).map((item) => [shown(item['name']), shown(valueIn(item))]);
}

function parametersOf(body: unknown): readonly JsonObject[] {
  const { resourceType, parameter } = (body ?? {}) as Record<string, unknown>;
  if (resourceType !== 'Parameters' || !Array.isArray(parameter)) return [];
  return parameter.filter((item) => typeof item === 'object' && item !== null);
}

function valueIn(parameter: JsonObject): unknown {
  const key = Object.keys(parameter).find((name) => name.startsWith('value'));
  return key === undefined ? undefined : parameter[key];
}
