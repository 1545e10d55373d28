import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import express, { type ErrorRequestHandler } from 'express';
import { listen } from '#test/support/listen.ts';
import { lightPackages } from '../../build/light-packages.mjs';

const require = createRequire(import.meta.url);

/** The package as the bundle has it. */
async function bundled(name: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: `module.exports = require('${name}');`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    plugins: [lightPackages],
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', String(outputFiles[0]?.text))(
    module,
    module.exports,
    require,
  );
  return module.exports;
}

interface MimeTypes {
  lookup(name: string): string | false;
  contentType(name: string): string | false;
  extension(type: string): string | false;
}

interface Iconv {
  encodingExists(charset: string): boolean;
  decode(bytes: Uint8Array, charset: string): string;
  getDecoder(charset: string): { write(bytes: Uint8Array): string; end(): string | undefined };
}

describe('lightPackages', () => {
  it('decodes charsets as iconv-lite does', async () => {
    const ours = (await bundled('iconv-lite')) as Iconv;
    const theirs = require('iconv-lite') as Iconv;
    const korean = Uint8Array.of(0xc8, 0xab, 0xb1, 0xe6, 0xb5, 0xbf);

    for (const charset of ['euc-kr', 'utf-8', 'iso-8859-1', 'utf-16le', 'shift_jis']) {
      assert.equal(
        ours.decode(korean, charset),
        theirs.decode(Buffer.from(korean), charset),
        charset,
      );
    }
    assert.equal(ours.decode(korean, 'euc-kr'), '홍길동');
    assert.equal(ours.encodingExists('no-such-charset'), theirs.encodingExists('no-such-charset'));
  });

  it('decodes a character that is cut in two', async () => {
    const decoder = ((await bundled('iconv-lite')) as Iconv).getDecoder('utf-8');
    const bytes = new TextEncoder().encode('홍');

    const text = decoder.write(bytes.subarray(0, 1)) + decoder.write(bytes.subarray(1));

    assert.equal(text + (decoder.end() ?? ''), '홍');
  });

  it('keeps every media type', async () => {
    assert.deepEqual(await bundled('mime-db'), require('mime-db'));
  });

  it('keeps the contract of side-channel', async () => {
    const create = (await bundled('side-channel')) as () => Map<unknown, unknown> & {
      assert(key: unknown): void;
    };
    const channel = create();
    const key = {};

    channel.set(key, 1);

    assert.equal(channel.get(key), 1);
    assert.doesNotThrow(() => channel.assert(key));
    assert.throws(() => channel.assert({}), TypeError);
  });

  it('finds media types when they are asked for', async () => {
    const ours = (await bundled('mime-types')) as MimeTypes;
    const theirs = require('mime-types') as MimeTypes;

    assert.equal(ours.lookup('a.json'), 'application/json');
    for (const name of ['png', 'dcm', 'no-such-type']) {
      assert.equal(ours.lookup(name), theirs.lookup(name), name);
    }
    assert.equal(ours.contentType('html'), theirs.contentType('html'));
    assert.equal(ours.extension('text/css'), theirs.extension('text/css'));
  });

  it('reads bodies as body-parser does', async () => {
    const { raw, json } = (await bundled('body-parser')) as typeof import('express');
    const app = express();
    app.post('/raw', raw({ type: () => true, limit: 3 }), (request, response) => {
      response.json({ bytes: [...request.body] });
    });
    app.post('/json', json(), (request, response) => {
      response.json(request.body);
    });
    const silent: ErrorRequestHandler = (error, _request, response, _next) => {
      response.status(error.status).end();
    };
    app.use(silent);
    const { url, close } = await listen(app);
    try {
      const post = (path: string, body: string, type = 'text/plain') =>
        fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': type } });

      assert.deepEqual(await (await post('/raw', 'abc')).json(), { bytes: [97, 98, 99] });
      assert.equal((await post('/raw', 'abcd')).status, 413);
      const object = await post('/json', '{"a":1}', 'application/json');
      assert.deepEqual(await object.json(), { a: 1 });
      assert.equal((await post('/json', '{', 'application/json')).status, 400);
    } finally {
      await close();
    }
  });
});
