// Lists the codes of value sets from the definitions. A set that cannot be listed completely
// (a system that is not there, a filter other than is-a) is left out.

/** @returns short name -> { system: "code|code" } */
export function expandValueSets(terminology, urls) {
  const byUrl = new Map(
    terminology.map((resource) => [`${resource.resourceType} ${resource.url}`, resource]),
  );
  const sets = {};
  for (const url of urls) {
    const expansion = expand(url, byUrl);
    if (expansion !== undefined) {
      sets[url.split('/').at(-1)] = Object.fromEntries(
        [...expansion].map(([system, codes]) => [system, [...codes].join('|')]),
      );
    }
  }
  return sets;
}

function expand(url, byUrl) {
  const compose = byUrl.get(`ValueSet ${url.split('|')[0]}`)?.compose;
  if (compose === undefined) return undefined;
  const included = compose.include.map((include) => expandInclude(include, byUrl));
  const excluded = (compose.exclude ?? []).map((exclude) => expandInclude(exclude, byUrl));
  if ([...included, ...excluded].includes(undefined)) return undefined;
  const result = new Map();
  for (const [system, codes] of included.flatMap((part) => [...part])) {
    result.set(system, (result.get(system) ?? new Set()).union(codes));
  }
  for (const [system, codes] of excluded.flatMap((part) => [...part])) {
    result.set(system, (result.get(system) ?? new Set()).difference(codes));
  }
  return result;
}

function expandInclude(include, byUrl) {
  const imported = (include.valueSet ?? []).map((url) => expand(url, byUrl));
  if (imported.includes(undefined)) return undefined;
  if (include.system === undefined) {
    return new Map(imported.flatMap((set) => [...set]));
  }
  const codes = systemCodes(include, byUrl);
  return codes === undefined ? undefined : new Map([[include.system, codes]]);
}

function systemCodes(include, byUrl) {
  if (include.concept) return new Set(include.concept.map((concept) => concept.code));
  const system = byUrl.get(`CodeSystem ${include.system}`);
  if (system?.content !== 'complete') return undefined;
  const filters = (include.filter ?? []).map((filter) => filterCodes(filter, system));
  if (filters.includes(undefined)) return undefined;
  return filters.reduce(
    (codes, filter) => codes.intersection(filter),
    codesOf(walk(system.concept ?? [])),
  );
}

function filterCodes(filter, system) {
  if (filter.property !== 'concept' || filter.op !== 'is-a') return undefined;
  const root = walk(system.concept).find((concept) => concept.code === filter.value);
  // A hierarchy kept in properties instead of nested concepts is not followed.
  if (root === undefined || system.property?.some(({ code }) => code === 'subsumedBy'))
    return undefined;
  return codesOf(walk([root]));
}

function codesOf(concepts) {
  return new Set(concepts.map((concept) => concept.code));
}

function walk(concepts) {
  return concepts.flatMap((concept) => [concept, ...walk(concept.concept ?? [])]);
}
