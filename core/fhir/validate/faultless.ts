// Most of what is sent is right. This finds out that it is, faster than structure.ts finds out what is
// wrong: it keeps no account of where it stands, and gives up at the first doubt.
import { bindingFault } from './binding.ts';
import { isPresent, isSound, strangeTarget } from './element-rules.ts';
import type { ElementRule, Invariant, Model, TypeRule } from './model.ts';
import { narrativeFault } from './narrative.ts';
import type { JsonObject, Scope } from './walk.ts';

const none: readonly string[] = [];

/** Says of a resource whether structure.ts would find no fault in it and leave nothing for FHIRPath. */
export class Inspection {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  accepts(value: JsonObject, rule: TypeRule, scope: Scope): boolean {
    if (!this.#acceptsKeys(value, rule, scope)) return false;
    for (const names of rule.required) if (!isPresent(value, names)) return false;
    if (rule.path === 'Extension' && !isSound(value)) return false;
    return hold(rule.invariants, value, scope);
  }

  #acceptsKeys(value: JsonObject, rule: TypeRule, scope: Scope): boolean {
    let hasContent = rule.isResource;
    let choices: readonly string[] = none;
    for (const key in value) {
      // Read here: V8 knows the place of a key of the object that it iterates.
      const item = value[key];
      const element = rule.elements.get(key);
      const isGood =
        element === undefined
          ? rule.isResource && key === 'resourceType'
          : this.#acceptsElement(element, item, scope);
      if (!isGood) return false;
      if (key !== 'id') hasContent = true;
      if (element?.isChoice === true) choices = [...choices, element.name];
    }
    return hasContent && (choices.length < 2 || new Set(choices).size === choices.length);
  }

  #acceptsElement(element: ElementRule, value: unknown, scope: Scope): boolean {
    if (element.accepts !== undefined) return element.accepts(value);
    if (element.max === 1) return this.#acceptsItem(element, value, scope);
    if (!Array.isArray(value) || value.length === 0 || value.length > element.max) return false;
    for (let index = 0; index < value.length; index += 1) {
      if (!this.#acceptsItem(element, value[index], scope)) return false;
    }
    return true;
  }

  #acceptsItem(element: ElementRule, value: unknown, scope: Scope): boolean {
    if (element.check !== undefined) return this.#acceptsPrimitive(element, value);
    if (!isPerhapsObject(value)) return false;
    if (element.type === 'Resource') return this.#acceptsInner(element, value, scope);
    const rule = element.rule();
    if (rule === undefined || !this.accepts(value, rule, scope)) return false;
    const { binding, targets, type, invariants } = element;
    if (binding !== undefined && bindingFault(binding, type, value) !== undefined) return false;
    if (targets !== undefined && strangeTarget(this.#model, targets, value) !== undefined) {
      return false;
    }
    return hold(invariants, value, scope);
  }

  #acceptsPrimitive({ check, binding, type, invariants }: ElementRule, value: unknown): boolean {
    if (check?.(value) !== true || invariants.length > 0) return false;
    if (binding !== undefined && bindingFault(binding, type, value) !== undefined) return false;
    return type !== 'xhtml' || narrativeFault(String(value)) === undefined;
  }

  #acceptsInner(element: ElementRule, value: JsonObject, { rootResource }: Scope): boolean {
    const name = value['resourceType'];
    if (typeof name !== 'string' || !this.#model.isResource(name)) return false;
    const rule = this.#model.type(name);
    if (rule === undefined) return false;
    const root = element.name === 'contained' ? rootResource : value;
    return this.accepts(value, rule, { resource: value, rootResource: root });
  }
}

function hold(invariants: readonly Invariant[], value: JsonObject, scope: Scope): boolean {
  for (const invariant of invariants) if (invariant.decide(value, scope) !== true) return false;
  return true;
}

/** A list or a number of exact-json.ts passes, too: its keys are no element's. */
function isPerhapsObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
