// Which modality a request means, and how its own fields change the way it is called.
import { type Modality, timeoutOf } from '../modality-form.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import type { Calling } from './association.ts';

/** The longest time that a timer takes: 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The modality of `{name}`. @throws OrthancError `No modality with symbolic name` */
export function modalityOf(call: Call, orthanc: Orthanc): Modality {
  return modalityNamed(call.params['name'] ?? '', orthanc);
}

export function modalityNamed(name: string, { settings }: Orthanc): Modality {
  const modality = settings.modalities.get(name);
  if (modality) return modality;
  throw new OrthancError('inexistentItem', `No modality with symbolic name: ${name}`);
}

/** How to call it; `LocalAet` and `Timeout` (seconds) of the body count unless the modality has its own title. */
export function callingOf(modality: Modality, orthanc: Orthanc, body?: unknown): Calling {
  const fields: Fields = isFields(body) ? body : {};
  const { Timeout: given } = fields;
  const usual = modality.timeout || orthanc.config.scuTimeout;
  const seconds = given === undefined ? usual : timeoutOf(given);
  return {
    remote: modality,
    localAet: localAet(modality, orthanc, fields),
    timeoutMs: Math.min(seconds * 1000, MAX_TIMER_MS),
    signal: orthanc.outgoing.signal,
  };
}

function localAet(modality: Modality, { config }: Orthanc, fields: Fields): string {
  if (modality.localAet !== '') return modality.localAet;
  return stringField(fields, 'LocalAet') ?? config.dicomAet;
}

/** @throws OrthancError `Bad type for a parameter` when it is there and no string */
export function stringField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new OrthancError('badType');
}
