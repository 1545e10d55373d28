import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { createJournal, journalIdOf } from '#mock-servers/kernel/journal.ts';

const request = (url: string, method = 'GET'): IncomingMessage =>
  ({ url, method }) as IncomingMessage;

describe('createJournal', () => {
  it('keeps names of query parameters and never their values', () => {
    const journal = createJournal();

    journal.open('fhir', request('/fhir/Patient?name=Hong&birthdate=1980-01-01&name=Kim'), 0);

    const [entry] = journal.list();
    assert.equal(entry?.path, '/fhir/Patient');
    assert.deepEqual(entry?.query, ['name', 'birthdate']);
    assert.doesNotMatch(JSON.stringify(journal.list()), /Hong|Kim|1980/);
  });

  it('tells the mock the id under which it notes an explanation', () => {
    const journal = createJournal();
    const call = request('/oauth2/default/token', 'POST');

    journal.open('openemr', call, 0);
    journal.note(journalIdOf(call) ?? '', { key: 'oauth.client-disabled' });

    assert.deepEqual(journal.find('0')?.notes, [{ key: 'oauth.client-disabled' }]);
  });

  it('drops the oldest beyond its capacity and keeps the order', () => {
    const journal = createJournal(3);

    for (const path of ['/a', '/b', '/c', '/d', '/e']) journal.open('fhir', request(path), 0);

    assert.deepEqual(
      journal.list().map(({ id, path }) => [id, path]),
      [
        ['2', '/c'],
        ['3', '/d'],
        ['4', '/e'],
      ],
    );
    assert.equal(journal.find('1'), undefined);
    assert.deepEqual(journal.counts(), { fhir: 5 });
  });

  it('filters by server, method and what came after an id', () => {
    const journal = createJournal();
    journal.open('fhir', request('/one'), 0);
    journal.open('orthanc', request('/two', 'POST'), 0);
    journal.open('fhir', request('/three'), 0);

    const paths = (filter: Parameters<typeof journal.list>[0]): string[] =>
      journal.list(filter).map(({ path }) => path);

    assert.deepEqual(paths({ server: 'fhir' }), ['/one', '/three']);
    assert.deepEqual(paths({ method: 'post' }), ['/two']);
    assert.deepEqual(paths({ since: 0, limit: 1 }), ['/three']);
  });

  it('never gives an id again after it was cleared', () => {
    const journal = createJournal(3);
    journal.open('fhir', request('/old'), 0);

    journal.clear();
    journal.open('fhir', request('/new'), 0);

    assert.deepEqual(
      journal.list().map(({ path }) => path),
      ['/new'],
    );
    assert.equal(journal.find('0'), undefined);
  });
});
