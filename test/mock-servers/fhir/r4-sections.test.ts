// Which test proves which section of R4. A section that is not supported names where it is refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Section, file of this folder, words of a test's title in it. */
const sections: readonly [string, string, string][] = [
  // http://hl7.org/fhir/R4/http.html
  ['http 3.1.0.1.5 content types, XML refused', 'crud', 'refuses'],
  [
    'http 3.1.0.1.6 general parameters (_format, _pretty)',
    'history',
    'prints with indentation on _pretty=true',
  ],
  [
    'http 3.1.0.1.8 versioning and Last-Modified',
    'crud',
    'reads a seeded resource with its version headers',
  ],
  ['http 3.1.0.1.9 compression', 'history', 'takes and gives gzip'],
  ['http 3.1.0.2 read', 'crud', 'reads a seeded resource'],
  ['http 3.1.0.2.1 conditional read', 'interactions', 'answers 304 to If-None-Match'],
  ['http 3.1.0.3 vread', 'history', 'vread of a deleted version is 410'],
  ['http 3.1.0.4 update', 'crud', 'updates to version 2 and keeps version 1'],
  ['http 3.1.0.4.1 update as create', 'crud', 'creates by update under the id of the client'],
  [
    'http 3.1.0.4.3 conditional update',
    'interactions',
    'updates the one match, creates without one, refuses several',
  ],
  [
    'http 3.1.0.5 managing contention',
    'crud',
    'refuses an update whose If-Match is an older version with 412',
  ],
  [
    'http 3.1.0.6 patch (JSON Patch; others refused)',
    'interactions',
    'refuses a patch of another content type with 415',
  ],
  ['http 3.1.0.7 delete', 'crud', 'deletes, then answers 410'],
  ['http 3.1.0.7 delete of nothing', 'crud', 'answers 200 to the deletion of what never was'],
  ['http 3.1.0.7.1 conditional delete', 'interactions', 'deletes every match'],
  ['http 3.1.0.8 create', 'crud', 'creates with 201, Location, ETag'],
  ['http 3.1.0.8.1 conditional create', 'interactions', 'creates once under If-None-Exist'],
  ['http 3.1.0.9 search by GET and POST', 'fhir-kit-client', 'searches, by GET and by POST'],
  [
    'http 3.1.0.9.2 strict and lenient handling',
    'interactions',
    'handling=strict refuses an unknown parameter',
  ],
  ['http 3.1.0.10 capabilities', 'fhir-kit-client', 'reads the capabilities'],
  ['http 3.1.0.11 batch', 'batch', 'answers each entry for itself'],
  [
    'http 3.1.0.11.1 transaction, all or nothing',
    'transaction',
    'stores nothing when one entry is refused',
  ],
  [
    'http 3.1.0.11.2 transaction processing rules',
    'transaction',
    'deletes before it creates, and reads last',
  ],
  [
    'http 3.1.0.11.2 references within a transaction',
    'transaction',
    'points references at the new ids',
  ],
  ['http 3.1.0.11.3 conditional references', 'transaction', 'resolves conditional references'],
  [
    'http 3.1.0.11.2 links within a transaction',
    'references',
    'knows every element of R4 that is a uri, url, canonical, oid or uuid',
  ],
  ['http 3.1.0.12 history', 'history', 'of a resource: newest first'],
  ['http 3.1.0.12 history of type and system', 'history', 'of a type and of everything'],
  ['http 3.1.0.12 history, _since', 'history', 'since a time'],
  ['http 3.1.0.12 history, _at', 'history', 'of what was current at some point of a time'],
  ['http 3.1.0.12 history, _count', 'history', 'counts only on _count=0'],
  ['http 3.1.0.12 history, paging', 'history', 'in pages that stay stable'],
  ['http 3.1.0.1.7 Prefer: return', 'interactions', 'return=OperationOutcome'],
  // http://hl7.org/fhir/R4/search.html
  ['search 3.1.1.3.1 parameters for all resources', 'search', '_lastUpdated'],
  ['search 3.1.1.4.4 modifiers', 'search', 'family:exact'],
  ['search 3.1.1.4.4 :in of tokens (refused)', 'search', "'Observation?code:in="],
  ['search 3.1.1.4.4 :not-in of tokens (refused)', 'search', "'Observation?code:not-in="],
  ['search 3.1.1.4.4 :above of tokens (refused)', 'search', "'Observation?code:above="],
  ['search 3.1.1.4.4 :below of tokens (refused)', 'search', "'Observation?code:below="],
  ['search 3.1.1.4.4 :of-type (refused)', 'search', "'Patient?identifier:of-type="],
  ['search 3.1.1.4.4 :text of tokens', 'search', "'Observation?code:text="],
  ['search 3.1.1.4.4 :identifier and :[type]', 'search', "'Observation?subject:identifier="],
  ['search 3.1.1.3.1 _text (refused)', 'search', "'Patient?_text="],
  ['search 3.1.1.3.1 _content (refused)', 'search', "'Patient?_content="],
  ['search 3.1.1.3.1 _filter (refused)', 'search', "'Patient?_filter="],
  ['search 3.1.1.3.1 _list (refused)', 'search', "'Patient?_list="],
  ['search 3.1.1.3.1 _query (refused)', 'search', "'Patient?_query="],
  ['search 3.1.1.4.5 prefixes', 'search-property', 'date, with every prefix and precision'],
  ['search 3.1.1.4.6 number', 'search-number-property', 'number, with prefixes and precision'],
  ['search 3.1.1.4.7 date', 'search-property', 'date, with every prefix'],
  ['search 3.1.1.4.8 string', 'search-property', 'string, :exact and :contains'],
  ['search 3.1.1.4.9 uri', 'search-close-property', 'uri, :above and :below'],
  ['search 3.1.1.4.10 token', 'search-close-property', 'token of one of two systems or of none'],
  ['search 3.1.1.4.10 system of a code', 'search', 'A code has the one system of its value set'],
  ['search 3.1.1.4.11 quantity', 'search-close-property', 'quantity, with every prefix'],
  ['search 3.1.1.4.12 reference', 'search-close-property', 'reference of one of two types'],
  ['search 3.1.1.4.13 chained parameters', 'search', 'subject:Patient.name=mull'],
  ['search 3.1.1.4.14 reverse chaining', 'search', '_has:Observation:patient:code'],
  ['search 3.1.1.4.16 composite', 'search-number-property', 'composite: code and quantity'],
  ['search 3.1.1.4.17 escaping', 'search', 'O%5C,Brien'],
  ['search 3.1.1.4.18 missing', 'search-property', ':missing, for every parameter'],
  ['search 3.1.1.4.3 lists and repetitions', 'search-close-property', 'terms joined by "and"'],
  ['search special: near', 'search-close-property', 'near, by latitude, longitude and distance'],
  ['search 3.1.1.5.1 _sort', 'search', '_sort='],
  ['search 3.1.1.5.3 _total and _summary=count', 'search', '_total=none leaves the total out'],
  ['search 3.1.1.5.2 paging', 'search', 'pages neither repeat nor lose a match'],
  ['search 3.1.1.5.4 _include and _revinclude, :iterate', 'search', '_revinclude:iterate'],
  ['search 3.1.1.5.7 contained resources (refused)', 'search', '_contained=true'],
  ['search 3.1.1.5.8 _elements', 'history', 'cuts to elements'],
  ['search 3.1.1.5.9 _summary', 'history', '_summary=text, data and true'],
  [
    'search 3.1.1.5.9 _summary, inner elements',
    'history',
    '_summary=true cuts elements of elements',
  ],
  ['search 3.1.1.2 over several types', 'search', 'searches over types in one order'],
  ['search 3.1.1.6 compartments', 'search', 'Patient/ann/Observation'],
  // Operations and other guides
  ['resource-operation-validate', 'operations', '$validate says what is wrong'],
  [
    'resource-operation-validate, mode and profile',
    'operations',
    '$validate knows the modes of R4',
  ],
  ['patient-operation-everything', 'operations', '$everything gives the patient'],
  ['patient-operation-everything by POST', 'operations', '$everything takes Parameters by POST'],
  ['resource-operation-meta', 'operations', '$meta-add and $meta-delete'],
  ['Bulk Data export', 'operations', 'exports every resource as it was at the start'],
  ['Bulk Data levels', 'operations', 'starts at the three levels of Bulk Data and at no other'],
  ['Bulk Data status and deletion', 'operations', 'can be cancelled, and is unknown then'],
  ['Bulk Data _since', 'operations', 'keeps to what was changed since a time'],
  ['Bulk Data expiry', 'operations', 'expires after a day and says when'],
  ['SMART backend scopes', 'auth', 'allows what the scopes say'],
  ['SMART scopes, version 2', 'auth', 'tells reading from searching'],
  ['SMART configuration', 'auth', 'says below the FHIR base where tokens are to be had'],
  // http://hl7.org/fhir/R4/json.html
  ['json 2.6.2 precision of decimals', 'crud', 'keeps decimals as written'],
  [
    'json 2.6.2 primitive extensions, order of arrays',
    'real-data',
    'gives each resource back as it was',
  ],
];

describe('FHIR mock: sections of R4', () => {
  for (const [section, file, words] of sections) {
    it(`${section}: ${file}.test.ts`, () => {
      const source = readFileSync(path.join(import.meta.dirname, `${file}.test.ts`), 'utf8');

      assert.ok(source.includes(words), `no test says "${words}"`);
    });
  }
});
