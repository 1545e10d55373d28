import { type Text, text } from '../../text.ts';
import type { Binding } from './model.ts';
import { isObject } from './walk.ts';

/** A value against a required binding; undefined when it keeps it. */
export function bindingFault(binding: Binding, type: string, value: unknown): Text | undefined {
  if (type === 'code' || typeof value === 'string') return codeFault(binding, value);
  if (!isObject(value)) return undefined;
  if (type === 'Coding') return codingsFault(binding, [value]);
  if (type === 'CodeableConcept') {
    const coding = value['coding'];
    return codingsFault(binding, Array.isArray(coding) ? coding : []);
  }
  return 'code' in value ? codeFault(binding, value['code']) : undefined;
}

function codeFault(binding: Binding, code: unknown): Text | undefined {
  if (typeof code !== 'string' || binding.codes.has(code)) return undefined;
  return text('{code} is not a code of {valueSet}.', { code, valueSet: binding.name });
}

/** At least one coding must be of the value set; a coding without system cannot be told. */
function codingsFault(binding: Binding, codings: readonly unknown[]): Text | undefined {
  const stated = codings.filter(isObject).filter(({ code }) => typeof code === 'string');
  const good = stated.some(
    ({ system, code }) => typeof system === 'string' && binding.codings.has(`${system}|${code}`),
  );
  if (good) return undefined;
  return stated.length === 0
    ? text('A coding of {valueSet} is required here.', { valueSet: binding.name })
    : text('None of the codings is of {valueSet}.', { valueSet: binding.name });
}
