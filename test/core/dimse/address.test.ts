import assert from 'node:assert/strict';
import { parseDicomNode } from '#core/dimse/address.ts';

describe('parseDicomNode', () => {
  it('reads host and port, with the AE title when it is there', () => {
    assert.deepEqual(parseDicomNode('127.0.0.1:4242'), { host: '127.0.0.1', port: 4242 });
    assert.deepEqual(parseDicomNode(' MAIN PACS@pacs.test:104 '), {
      host: 'pacs.test',
      port: 104,
      aet: 'MAIN PACS',
    });
    assert.deepEqual(parseDicomNode('A@[::1]:11112'), { host: '::1', port: 11112, aet: 'A' });
  });

  for (const wrong of [
    '',
    'pacs.test',
    'pacs.test:',
    ':104',
    'pacs.test:0',
    'pacs.test:65536',
    '@pacs.test:104',
    'SEVENTEEN-LETTERS@pacs.test:104',
    'http://pacs.test:104',
  ]) {
    it(`refuses "${wrong}"`, () => {
      assert.throws(() => parseDicomNode(wrong), { code: 'SETTINGS_INVALID' });
    });
  }
});
