// Puts the world of the handlers together.
import { searchParametersText } from '#core/fhir/generated/search-parameters.ts';
import type { Model } from '#core/fhir/validate/model.ts';
import type { SuiteContext } from '../kernel/mock-app.ts';
import type { TokenServer } from './auth.ts';
import { dispatch, renderError, runAtOnce } from './dispatch.ts';
import { refuseInvalid } from './outcome.ts';
import { findRoute } from './routes.ts';
import { compileDefinitions, type SearchDefinitions } from './search/definitions.ts';
import { compileFilter } from './search/filter.ts';
import { conditionTester } from './search/search.ts';
import { SearchSessions } from './search/sessions.ts';
import { ResourceStore } from './store/store.ts';
import { controlRequest } from './wire.ts';
import type { World } from './world.ts';

/** Base path of HAPI's own distribution. */
export const BASE_PATH = '/fhir';

/** They say the same in every world. */
const definitions = once(() => compileDefinitions(searchParametersText));

export function createWorld(
  context: SuiteContext,
  file: string,
  tokens: TokenServer | undefined,
): World {
  const baseUrl = () => `${context.baseUrl('fhir')}${BASE_PATH}`;
  const store = new ResourceStore(file, { definitions, baseUrl });
  const test = conditionTester(store);
  let model: Model | undefined;
  const world: World = {
    store,
    clock: context.clock,
    sessions: new SearchSessions(),
    exports: new Map(),
    requiresToken: tokens !== undefined,
    newUuid: () => context.newUuid(),
    baseUrl,
    definitions,
    searchContext: () => ({
      definitions: definitions(),
      baseUrl: baseUrl(),
      now: context.clock.now(),
      compile: compileFilter,
      test,
    }),
    model: () => {
      if (model === undefined) throw new TypeError('the model is used before it is loaded');
      return model;
    },
    loadModel: async () => {
      const { loadModel } = await import('#core/fhir/validate/model.ts');
      model ??= await loadModel();
    },
    validate,
    authorize: (request, outer) => {
      if (outer !== controlRequest) tokens?.authorize(request, outer.headers['authorization']);
    },
    allows: ({ headers }, type) => tokens?.allows(headers['authorization'], type) ?? true,
    route: (request) => findRoute(request.method, request.segments),
    run: (request) => runAtOnce(world, request),
    dispatch: async (make, outer) => {
      try {
        return await dispatch(world, make(), outer);
      } catch (error) {
        return renderError(error);
      }
    },
  };
  return world;
}

/** The validator loads with the first write, so that a start does not pay for it. */
async function validate(resource: unknown): Promise<void> {
  const { validateResource } = await import('#core/fhir/validate/validate.ts');
  const issues = await validateResource(resource);
  if (issues.some(({ severity }) => severity === 'error')) throw refuseInvalid(issues);
}

function once(make: () => SearchDefinitions): () => SearchDefinitions {
  let made: SearchDefinitions | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
