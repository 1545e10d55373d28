import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseBaseUrl } from '#core/base-url.ts';
import type { WorkbenchError } from '#core/errors.ts';

describe('parseBaseUrl', () => {
  const cases = [
    ['http://127.0.0.1:8081', 'http://127.0.0.1:8081'],
    ['  https://Host.Test/apis/default/fhir/// ', 'https://host.test/apis/default/fhir'],
    ['http://host.test/fhir?x=1#y', 'http://host.test/fhir'],
    ['https://host.test:443/', 'https://host.test'],
    ['http://[::1]:8080/fhir', 'http://[::1]:8080/fhir'],
  ] as const;
  for (const [input, url] of cases) {
    it(`reads "${input}"`, () => assert.equal(parseBaseUrl(input), url));
  }

  it('is stable: what it returns it returns again', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const once = parseBaseUrl(url);
        assert.equal(parseBaseUrl(once), once);
      }),
    );
  });

  it('refuses anything else with its own code, and never with a crash', () => {
    fc.assert(
      fc.property(fc.string(), (input) => {
        try {
          assert.match(parseBaseUrl(input), /^https?:\/\//);
        } catch (error) {
          assert.equal((error as WorkbenchError).code, 'HTTP_BAD_URL');
        }
      }),
    );
  });
});
