// A resource against the model: names, cardinality, types, choices, formats, bindings, reference
// targets. Invariants are met on the way and decided by the walk or left pending for FHIRPath.
import { text } from '../../text.ts';
import { bindingFault } from './binding.ts';
import { isPresent, isSound, strangeTarget } from './element-rules.ts';
import { Inspection } from './faultless.ts';
import type { ElementRule, Model, TypeRule } from './model.ts';
import { narrativeFault } from './narrative.ts';
import { primitiveFault } from './primitives.ts';
import { isObject, type JsonObject, type Scope, Walk } from './walk.ts';

/**
 * Walks a resource where it is not faultless at once; the walk holds the issues and what is left for FHIRPath.
 *
 * @param inspection - tells what needs no walk
 */
export function checkStructure(
  model: Model,
  resource: unknown,
  inspection: Pick<Inspection, 'accepts'> = new Inspection(model),
): Walk {
  const walk = new Walk(model, inspection);
  checkResource(walk, resource);
  return walk;
}

function checkResource(walk: Walk, value: unknown, container?: JsonObject): void {
  if (!isObject(value)) {
    walk.report('structure', text('A resource must be a JSON object.'));
    return;
  }
  const name = value['resourceType'];
  const rule =
    typeof name === 'string' && walk.model.isResource(name) ? walk.model.type(name) : undefined;
  if (container === undefined) walk.enterRoot(rule?.path ?? 'Resource');
  if (rule === undefined) {
    const shown = typeof name === 'string' ? name : '';
    walk.report(
      'structure',
      shown === ''
        ? text('resourceType is missing: every resource names its type.')
        : text('{name} is not a resource type of FHIR R4.', { name: shown }),
    );
    return;
  }
  const scope = { resource: value, rootResource: container ?? value };
  if (!walk.inspection.accepts(value, rule, scope)) checkObject(walk, value, rule, scope);
}

function checkObject(walk: Walk, value: JsonObject, rule: TypeRule, scope: Scope): void {
  const isEmpty = checkKeys(walk, value, rule, scope) === 0;
  // ele-1; a resource of nothing but its type is legal.
  if (isEmpty && !rule.isResource) {
    walk.report('invariant', text('An element must have a value, children or extensions.'));
  }
  for (const names of rule.required) checkRequired(walk, value, names);
  if (rule.path === 'Extension') checkExtension(walk, value);
  walk.check(rule.invariants, value, rule.path, scope);
}

/** @returns how many keys say something */
function checkKeys(walk: Walk, value: JsonObject, rule: TypeRule, scope: Scope): number {
  let content = 0;
  const choices: ElementRule[] = [];
  for (const key in value) {
    // Read here: V8 knows the place of a key of the object that it iterates.
    const item = value[key];
    const element = rule.elements.get(key);
    if (key !== 'id') content += 1;
    if (element?.accepts?.(item) === true) continue;
    if (key === 'resourceType' && rule.isResource) {
      content -= 1;
      continue;
    }
    const found = checkKey(walk, key, item, element, value, rule, scope);
    if (found?.isChoice === true) checkChoice(walk, choices, found);
  }
  return content;
}

/** Types of one choice stand beside each other only by mistake. */
function checkChoice(walk: Walk, earlier: ElementRule[], found: ElementRule): void {
  const other = earlier.find((choice) => choice !== found && choice.name === found.name);
  earlier.push(found);
  if (other === undefined) return;
  const both = `${other.json}, ${found.json}`;
  walk.report('structure', text('Only one of {found} may be present.', { found: both }));
}

const UNDERSCORE = 95;

/** @returns the rule of the element, if it is one of the type */
function checkKey(
  walk: Walk,
  key: string,
  value: unknown,
  plain: ElementRule | undefined,
  parent: JsonObject,
  rule: TypeRule,
  scope: Scope,
): ElementRule | undefined {
  const beside = plain === undefined && key.charCodeAt(0) === UNDERSCORE;
  const element = beside ? rule.elements.get(key.slice(1)) : plain;
  if (element === undefined || (beside && element.check === undefined)) {
    walk.enter(key, key);
    walk.report(
      'structure',
      text('{name} is not an element of {type}.', { name: key, type: rule.path }),
    );
    walk.leave();
    return undefined;
  }
  walk.enter(key, element.step);
  if (element.max === 1) checkSingle(walk, element, value, beside, scope);
  else {
    const other = parent[beside ? element.json : element.besideJson];
    checkList(walk, element, value, other, beside, scope);
  }
  walk.leave();
  return element;
}

function checkSingle(
  walk: Walk,
  element: ElementRule,
  value: unknown,
  beside: boolean,
  scope: Scope,
): void {
  if (Array.isArray(value)) {
    walk.report(
      'structure',
      text('{name} occurs at most once, so it may not be an array.', { name: element.name }),
    );
  } else checkItem(walk, element, value, beside, scope);
}

function checkList(
  walk: Walk,
  element: ElementRule,
  value: unknown,
  other: unknown,
  beside: boolean,
  scope: Scope,
): void {
  if (!Array.isArray(value)) {
    walk.report(
      'structure',
      text('{name} may repeat, so it must be an array.', { name: element.name }),
    );
    return;
  }
  if (value.length === 0) walk.report('structure', text('An array may not be empty.'));
  if (value.length > element.max) {
    walk.report(
      'structure',
      text('{name} may occur at most {max} times.', { name: element.name, max: element.max }),
    );
  }
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index];
    // In an array of primitives null keeps the place of an item that has only extensions, or none.
    const holdsPlace =
      item === null &&
      element.check !== undefined &&
      Array.isArray(other) &&
      (other[index] ?? null) !== null;
    if (holdsPlace) continue;
    walk.enter(index, index);
    checkItem(walk, element, item, beside, scope);
    walk.leave();
  }
}

function checkItem(
  walk: Walk,
  element: ElementRule,
  value: unknown,
  beside: boolean,
  scope: Scope,
): void {
  if (value === null) {
    walk.report('structure', text('null is not a value in FHIR: leave the element out.'));
  } else if (beside) checkComplex(walk, value, 'Element', walk.model.type('Element'), scope);
  else if (element.check !== undefined) checkPrimitive(walk, element, value, scope);
  else if (element.type === 'Resource') checkInner(walk, element, value, scope);
  else checkTyped(walk, element, value, scope);
}

/** A contained resource keeps its container as root; one in a Bundle or Parameters stands alone. */
function checkInner(walk: Walk, element: ElementRule, value: unknown, scope: Scope): void {
  const contained = element.name === 'contained';
  checkResource(walk, value, contained ? scope.rootResource : isObject(value) ? value : {});
}

function checkPrimitive(walk: Walk, element: ElementRule, value: unknown, scope: Scope): void {
  const isGood = element.check?.(value) === true;
  const fault = isGood ? undefined : primitiveFault(element.type, value);
  if (fault === 'type') {
    walk.report(
      'structure',
      text('{name} must be a JSON value of type {type}.', {
        name: element.name,
        type: element.type,
      }),
    );
    return;
  }
  if (fault === 'value') {
    walk.report('value', text('This is not a valid {type}.', { type: element.type }));
    return;
  }
  if (element.binding !== undefined) reportBinding(walk, element, value);
  if (element.type === 'xhtml') checkNarrative(walk, value);
  if (element.invariants.length > 0) walk.check(element.invariants, value, element.type, scope);
}

function checkNarrative(walk: Walk, value: unknown): void {
  const fault = typeof value === 'string' ? narrativeFault(value) : undefined;
  if (fault !== undefined) walk.report('invariant', fault);
}

function checkTyped(walk: Walk, element: ElementRule, value: unknown, scope: Scope): void {
  if (!checkComplex(walk, value, element.type, element.rule(), scope)) return;
  if (element.binding !== undefined) reportBinding(walk, element, value);
  if (element.targets !== undefined) checkTarget(walk, element.targets, value);
  walk.check(element.invariants, value, element.type, scope);
}

function checkComplex(
  walk: Walk,
  value: unknown,
  type: string,
  rule: TypeRule | undefined,
  scope: Scope,
): value is JsonObject {
  if (rule === undefined) throw new TypeError(`no definition of ${type}`);
  if (isObject(value)) {
    checkObject(walk, value, rule, scope);
    return true;
  }
  walk.report('structure', text('This must be a JSON object of type {type}.', { type }));
  return false;
}

function reportBinding(walk: Walk, element: ElementRule, value: unknown): void {
  const fault = element.binding && bindingFault(element.binding, element.type, value);
  if (fault !== undefined) walk.report('code-invalid', fault);
}

function checkRequired(walk: Walk, value: JsonObject, names: readonly ElementRule[]): void {
  if (isPresent(value, names)) return;
  walk.report('required', text('{name} is required and missing.', { name: names[0]?.name ?? '' }));
}

function checkExtension(walk: Walk, value: JsonObject): void {
  if (isSound(value)) return;
  walk.report('invariant', text('An extension must have either extensions or a value, not both.'));
}

function checkTarget(walk: Walk, targets: ReadonlySet<string>, value: JsonObject): void {
  const name = strangeTarget(walk.model, targets, value);
  if (name === undefined) return;
  const allowed = [...targets].join(', ');
  walk.report(
    'invariant',
    text('A reference to {name} is not allowed here, only to {allowed}.', { name, allowed }),
  );
}
