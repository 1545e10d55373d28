// Turns the FHIRPath expressions of the R4 search parameters into plain JSON paths, by walking the
// element types at build time: `Observation.effective` becomes `effectiveDateTime:dateTime`,
// `effectivePeriod:Period`, ... So the index needs no FHIRPath at run time.
//
// Path: steps joined by "."; a step may carry one condition: `telecom[system=email]`, `entry[0]`,
// `subject[->Patient]` (a reference to that type). After ":" the type of what the path ends in.

export function compileSearchParameters({
  types,
  inherited,
  resourceNames,
  parameters,
  compartments,
  valueSets,
}) {
  const result = {};
  /** Of codes whose binding has but one: "Type path:code" -> system. */
  const systems = new Map();
  const byUrl = new Map(parameters.map((parameter) => [parameter.url, parameter]));
  for (const name of resourceNames) {
    const own = {};
    for (const parameter of parameters) {
      if (!parameter.base.includes(name)) continue;
      own[parameter.code] = compile(parameter, name);
    }
    result[name] = Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return { parameters: result, compartments: compartmentTable() };

  function compile(parameter, name) {
    if (parameter.type === 'composite') return composite(parameter, name);
    const expressions = expressionsFor(parameter.expression ?? '', name);
    const marked = expressions.flatMap((expression) => resolve(expression, name));
    const paths = unmark(marked);
    const spec = { t: parameter.type, p: paths.join(' ') };
    // At most one value, so that conditions on it may be joined and its order is the resource's.
    if (expressions.length === 1 && !marked.some((path) => path.endsWith('*'))) spec.s = 1;
    const [system, ...others] = new Set(paths.map((path) => systems.get(`${name} ${path}`)));
    if (parameter.type === 'token' && system !== undefined && others.length === 0) spec.v = system;
    if (parameter.type === 'reference') spec.r = targets(parameter, paths, name).join(' ');
    return spec;
  }

  function composite(parameter, name) {
    const bases = expressionsFor(parameter.expression, name);
    const paths = unmark(bases.flatMap((base) => resolve(base, name)));
    const components = componentsOf(parameter).map((component) => {
      const definition = byUrl.get(component.definition);
      if (definition === undefined) throw new Error(`${parameter.code}: ${component.definition}`);
      // Relative to each base; a base that lacks the element contributes nothing.
      const parts = component.expression
        .split(/\s*\|\s*/)
        .flatMap((expression) =>
          paths.flatMap((base) => relative(expression, base.split(':')[1].replace('@', ''), name)),
        );
      return { c: definition.code, t: definition.type, p: unmark(parts).join(' ') };
    });
    return { t: 'composite', p: paths.join(' '), c: components };
  }

  /** R4 has the two expressions of DocumentReference-relationship the wrong way round. */
  function componentsOf({ code, component }) {
    if (code !== 'relationship') return component;
    const [first, second] = component;
    return [
      { ...first, expression: second.expression },
      { ...second, expression: first.expression },
    ];
  }

  /** A step "%" leads back to the resource. */
  function relative(expression, base, name) {
    if (!expression.startsWith('%resource.')) return resolve(expression, base);
    return resolve(expression.slice('%resource.'.length), name).map((path) => `%.${path}`);
  }

  function expressionsFor(expression, name) {
    return expression
      .split(/\s\|\s/)
      .map((part) => part.trim())
      .filter((part) => {
        const start = /^\(*(\w+)/.exec(part)?.[1];
        return (
          start === name ||
          start === 'Resource' ||
          start === 'DomainResource' ||
          /^[a-z]/.test(part)
        );
      });
  }

  /** @returns "path:type" strings; empty when the expression does not apply */
  function resolve(expression, start) {
    let text = expression.replace(/^\((.*?)\)(?=$|\.)/, '$1').trim();
    if (text === `${start}.deceased.exists() and ${start}.deceased != false`) {
      return ['deceasedBoolean:exists', 'deceasedDateTime:exists'];
    }
    text = text
      .replace(/^(.*) as (\w+)$/, '$1.ofType($2)')
      .replace(/\.as\((\w+)\)/g, '.ofType($1)');
    text = text.replace(/^(?:Resource|DomainResource)\b/, start);
    if (text === start) return [`:@${start}`];
    if (text.startsWith(`${start}.`)) text = text.slice(start.length + 1);
    let states = [{ path: '', type: `@${start}`, many: false }];
    for (const step of text.match(/(?:[^.(]|\([^)]*(?:\(\))?[^)]*\))+/g)) {
      states = states.flatMap((state) => advance(state, step));
    }
    for (const { path, type, system } of states) systems.set(`${start} ${path}:${type}`, system);
    // A path through a repeating element is marked; compile() takes the mark off.
    return states.map(({ path, type, many }) => `${path}:${type}${many ? '*' : ''}`);
  }

  function advance({ path, type, many }, step) {
    const call = /^(ofType|where)\((.*)\)$/.exec(step);
    if (call?.[1] === 'ofType') return sameType(type, call[2]) ? [{ path, type, many }] : [];
    if (call?.[1] === 'where') return [{ path: `${path}[${condition(call[2])}]`, type, many }];
    const [, name, index] = /^(\w+)(\[\d+\])?$/.exec(step) ?? [];
    if (name === undefined) throw new Error(`not understood: ${step}`);
    return children(type, name).map(([json, childType, repeats, system]) => ({
      path: `${path === '' ? '' : `${path}.`}${json}${index ?? ''}`,
      type: childType,
      many: many || repeats,
      system: childType === 'code' ? system : undefined,
    }));
  }

  function sameType(type, wanted) {
    return (
      type === wanted ||
      (wanted === 'Quantity' && ['Age', 'Duration', 'Count', 'Distance', 'Money'].includes(type))
    );
  }

  function condition(text) {
    const resolves = /^resolve\(\) is (\w+)$/.exec(text);
    if (resolves) return `->${resolves[1]}`;
    const equals = /^(\w+)='([^']*)'$/.exec(text);
    if (equals) return `${equals[1]}=${equals[2]}`;
    throw new Error(`not understood: where(${text})`);
  }

  function systemOf(flags) {
    const valueSet = valueSets[flags.find((flag) => flag.startsWith('#'))?.slice(1)] ?? {};
    const [system, ...others] = Object.keys(valueSet);
    return others.length === 0 ? system : undefined;
  }

  /** JSON names and types of an element: a choice gives one for each of its types. */
  function children(type, name) {
    const node = types[type.replace('@', '')];
    if (node === undefined) return [];
    const fixed = {
      id: 'id',
      meta: 'Meta',
      implicitRules: 'uri',
      language: 'code',
      text: 'Narrative',
      extension: 'Extension',
    };
    if (inherited[node.k].includes(name)) return [[name, fixed[name], name === 'extension']];
    const single = node.e[name];
    if (single !== undefined) {
      const [, max, spec, ...flags] = single.split(' ');
      return [[name, spec.split(':')[0], max !== '1', systemOf(flags)]];
    }
    const choice = node.e[`${name}[x]`];
    if (choice === undefined) return [];
    return choice
      .split(' ')[2]
      .split('|')
      .map((part) => {
        const code = part.split(':')[0];
        return [name + code[0].toUpperCase() + code.slice(1), code, false];
      });
  }

  /** Types a reference may lead to, for chains: those of the parameter that the element allows. */
  function targets(parameter, paths, name) {
    const stated = parameter.target ?? [];
    const narrowed = paths.map((path) => /\[->(\w+)\]:/.exec(path)?.[1]).filter(Boolean);
    if (narrowed.length > 0 && narrowed.length === paths.length) return [...new Set(narrowed)];
    const allowed = new Set(
      expressionsFor(parameter.expression ?? '', name).flatMap((expression) =>
        elementTargets(expression, name),
      ),
    );
    const kept = stated.filter((target) => allowed.has(target));
    // A reference to any resource: "*" stands for the list of nearly all.
    if (kept.length > 100) return ['*'];
    return kept.length > 0 ? kept : stated;
  }

  function elementTargets(expression, name) {
    const steps = expression
      .replace(/[()]/g, '')
      .split(' as ')[0]
      .split('.')
      .slice(1)
      .filter((step) => !/^(where|as|ofType)/.test(step));
    let nodePath = name;
    let spec = '';
    for (const step of steps) {
      const node = types[nodePath];
      spec = node?.e[step] ?? node?.e[`${step}[x]`] ?? '';
      nodePath = (spec.split(' ')[2] ?? '').split('|')[0].replace('@', '').split(':')[0];
    }
    const found = (spec.split(' ')[2] ?? '')
      .split('|')
      .find((part) => part.startsWith('Reference'));
    return found?.split(':')[1]?.split(',') ?? resourceNames;
  }

  function compartmentTable() {
    return Object.fromEntries(
      compartments
        .map((definition) => [
          definition.code,
          Object.fromEntries(
            definition.resource
              .filter((entry) => entry.param)
              .map((entry) => [entry.code, entry.param.join(' ')]),
          ),
        ])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
}

function unmark(paths) {
  return [...new Set(paths.map((path) => path.replace(/\*$/, '')))];
}
