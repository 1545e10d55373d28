// One line for a resource in the tree: what a clinician would call it.
import { isRecord, isString } from '#core/guards.ts';

export interface ResourceLabel {
  readonly label: string;
  readonly description: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** @param resource - from a server: nothing about its shape is taken for granted */
export function labelOf(resource: unknown): ResourceLabel {
  if (!isRecord(resource)) return { label: '', description: '' };
  const id = textAt(resource, 'id') ?? '';
  const name = nameOf(resource) ?? conceptOf(resource) ?? textAt(resource, 'title');
  const detail = [dateOf(resource), quantityOf(resource), textAt(resource, 'gender')];
  return {
    label: name ?? id,
    description: [...detail, name === undefined ? undefined : id]
      .filter((part) => part)
      .join(' · '),
  };
}

/** HumanName of a person, or the plain name of an organization. */
function nameOf({ name }: Fields): string | undefined {
  if (isString(name)) return name;
  const [first] = records(name);
  if (!first) return undefined;
  const text = textAt(first, 'text');
  if (text !== undefined) return text;
  const given = Array.isArray(first['given']) ? first['given'].filter(isString) : [];
  const family = textAt(first, 'family');
  const parts = isHangul(family) ? [family, ...given] : [...given, family];
  const joined = parts.filter((part) => part).join(isHangul(family) ? '' : ' ');
  return joined === '' ? undefined : joined;
}

/** Korean names are written family name first and without a blank. */
function isHangul(text: string | undefined): boolean {
  return text !== undefined && /^\p{Script=Hangul}+$/u.test(text);
}

const conceptFields = [
  'code',
  'medicationCodeableConcept',
  'vaccineCode',
  'type',
  'class',
  'category',
];

function conceptOf(resource: Fields): string | undefined {
  const concepts = conceptFields.flatMap((field) => resource[field]);
  return concepts.map(conceptText).find((text) => text !== undefined);
}

function conceptText(concept: unknown): string | undefined {
  if (isString(concept)) return concept;
  if (!isRecord(concept)) return undefined;
  const [coding = {}] = records(concept['coding']);
  return (
    textAt(concept, 'text') ??
    textAt(coding, 'display') ??
    textAt(coding, 'code') ??
    textAt(concept, 'display')
  );
}

const dateFields = [
  'birthDate',
  'effectiveDateTime',
  'onsetDateTime',
  'performedDateTime',
  'occurrenceDateTime',
  'authoredOn',
  'started',
  'start',
  'date',
  'recordedDate',
];

function dateOf(resource: Fields): string | undefined {
  for (const field of dateFields) {
    const date = textAt(resource, field);
    if (date !== undefined) return date.slice(0, 10);
  }
  const { period } = resource;
  return isRecord(period) ? textAt(period, 'start')?.slice(0, 10) : undefined;
}

function quantityOf({ valueQuantity: quantity }: Fields): string | undefined {
  if (!isRecord(quantity)) return undefined;
  const { value } = quantity;
  return typeof value === 'number' ? [value, textAt(quantity, 'unit')].join(' ').trim() : undefined;
}

function records(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textAt(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return isString(value) && value !== '' ? value : undefined;
}
