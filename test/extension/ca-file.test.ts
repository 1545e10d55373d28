import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#core/clock.ts';
import { createHttp } from '#core/undici-http.ts';
import { readCaFile } from '#extension/platform/ca-file.ts';
import { type Certificate, listenTls, selfSigned } from '#test/support/tls.ts';

describe('readCaFile', () => {
  let folder: string;
  let own: Certificate;
  const written = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openemr-workbench-ca-'));
    own = await selfSigned('localhost');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is nothing without a setting', () => {
    assert.equal(readCaFile(' '), undefined);
  });

  it('gives every certificate of the file, and nothing else of it', async () => {
    const other = await selfSigned('127.0.0.1');
    const path = written('two.pem', `# ours\n${own.cert}\n${own.key}\n# theirs\n${other.cert}`);

    const read = readCaFile(path) ?? '';

    assert.equal(read.match(/BEGIN CERTIFICATE/g)?.length, 2);
    assert.doesNotMatch(read, /PRIVATE KEY|ours/);
  });

  it('makes a server trusted that is not without it', async () => {
    const certificate = await selfSigned('127.0.0.1');
    const server = await listenTls(certificate, (_request, response) => response.end('here'));
    const ca = readCaFile(written('server.pem', certificate.cert)) ?? '';
    const options = { clock: systemClock, maxAttempts: 1 };
    const [stranger, friend] = [createHttp(options), createHttp({ ...options, ca })];
    try {
      const request = { method: 'GET', url: server.url } as const;
      await assert.rejects(stranger.send(request), { code: 'HTTP_TLS' });
      assert.equal(await (await friend.send(request)).text(), 'here');
    } finally {
      await Promise.all([stranger.close(), friend.close(), server.close()]);
    }
  });

  it('says which file cannot be read', () => {
    assert.throws(() => readCaFile(join(folder, 'none.pem')), {
      code: 'FILE_UNREADABLE',
      message: /none\.pem.*cannot be read.*Enter the full path/,
    });
  });

  for (const [what, content] of Object.entries({
    'an empty file': '',
    'a binary file': '\u0030\u0082\u0003\u0000',
    'a broken certificate':
      '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n',
  })) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readCaFile(written('bad.pem', content)), {
        code: 'SETTINGS_INVALID',
        message: /holds no PEM certificates/,
      });
    });
  }
});
