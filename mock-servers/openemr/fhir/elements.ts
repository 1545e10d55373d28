// Pieces of resources in the form OpenEMR gives them (src/Services/FHIR/UtilsService.php).

import type {
  CodeableConcept,
  Coding,
  ContactPoint,
  FhirResource,
  Meta,
  Reference,
} from '#core/fhir/r4.ts';
import type { Cell, Database, Row } from '../records/database.ts';
import { dictionary } from '../records/dictionary.ts';
import { atomTime } from '../records/records.ts';

export const systems = {
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  dataAbsent: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  loinc: 'http://loinc.org',
  nullFlavor: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor',
  npi: 'http://hl7.org/fhir/sid/us-npi',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  snomed: 'http://snomed.info/sct',
  ucum: 'http://unitsofmeasure.org',
  nucc: 'http://nucc.org/provider-taxonomy',
} as const;

/** `id`, `meta`, `resourceType` come first: so OpenEMR's model classes serialize. */
export function resourceHead(row: Row, column = 'last_updated'): { id: string; meta: Meta } {
  const lastUpdated = atomTime(row[column]);
  return {
    id: String(row['uuid']),
    meta: { versionId: '1', ...(lastUpdated ? { lastUpdated } : {}) },
  };
}

/** A reference with `type`, as createRelativeReference makes it; undefined without an id. */
export function relative(type: string, uuid: Cell | undefined): Reference | undefined {
  return uuid ? { reference: `${type}/${uuid}`, type } : undefined;
}

export function coded(system: string, code: string, display?: string): CodeableConcept {
  return { coding: [{ system, code, ...(display ? { display } : {}) }] };
}

export const unknownConcept: CodeableConcept = coded(systems.dataAbsent, 'unknown', 'Unknown');
export const nullFlavorUnknown: CodeableConcept = coded(systems.nullFlavor, 'UNK', 'unknown');
export const absent = {
  extension: [
    {
      valueCode: 'unknown',
      url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
    },
  ],
};

const codeSystems = dictionary<string>({
  ICD10: 'http://hl7.org/fhir/sid/icd-10-cm',
  'SNOMED-CT': systems.snomed,
  SNOMED: systems.snomed,
  LOINC: systems.loinc,
  RXCUI: systems.rxnorm,
  CVX: 'http://hl7.org/fhir/sid/cvx',
});

/** `ICD10:E78.5;SNOMED-CT:1` as codings; undefined when the column is empty. */
export function codings(stored: Cell | undefined, display: string): Coding[] | undefined {
  const codes = String(stored ?? '')
    .split(';')
    .filter((code) => code !== '');
  if (codes.length === 0) return undefined;
  return codes.map((stored) => {
    const [type = '', code] = stored.split(/:(.*)/s);
    const system = codeSystems[type];
    return { ...(system ? { system } : {}), code: code ?? type, display };
  });
}

export function contact(
  system: NonNullable<ContactPoint['system']>,
  value: Cell | undefined,
  use?: NonNullable<ContactPoint['use']>,
): ContactPoint[] {
  return value ? [{ system, value: String(value), ...(use ? { use } : {}) }] : [];
}

export function narrative(text: string): { status: 'generated'; div: string } {
  const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml"> <p>${escaped}</p></div>`,
  };
}

/** Title of an option of one of OpenEMR's lists. */
export function option(database: Database, list: string, key: Cell | undefined): Row | undefined {
  return database.get(
    'SELECT * FROM list_options WHERE list_id = ? AND option_id = ? COLLATE NOCASE',
    list,
    key ?? '',
  );
}

export function atom(value: Cell | undefined): string | undefined {
  return atomTime(value);
}

/** Drops what is undefined or an empty list: OpenEMR's models do not serialize those. */
export function tidy<T extends FhirResource>(resource: T): T {
  return prune(resource) as T;
}

function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prune);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined && !(Array.isArray(part) && part.length === 0))
      .map(([key, part]) => [key, prune(part)]),
  );
}
