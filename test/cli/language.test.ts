import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chooseLanguage, createSay } from '#cli/language.ts';
import { text } from '#core/text.ts';

describe('chooseLanguage', () => {
  it('prefers --lang to the environment', () => {
    assert.equal(chooseLanguage(['start', '--lang', 'en'], { LANG: 'ko_KR.UTF-8' }), 'en');
    assert.equal(chooseLanguage(['--lang=ko', 'start'], { LANG: 'C' }), 'ko');
  });

  it('follows the locale of the environment in its order', () => {
    assert.equal(chooseLanguage([], { LANG: 'ko_KR.UTF-8' }), 'ko');
    assert.equal(chooseLanguage([], { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' }), 'en');
    assert.equal(chooseLanguage([], {}), 'en');
  });

  it('takes Konkani (kok) for what it is', () => {
    assert.equal(chooseLanguage([], { LANG: 'kok_IN' }), 'en');
  });

  it('leaves the options of the command after -- alone', () => {
    assert.equal(chooseLanguage(['exec', '--', 'x', '--lang', 'ko'], {}), 'en');
  });
});

describe('createSay', () => {
  let home: URL;
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'say-'));
    home = pathToFileURL(`${folder}/`);
    await mkdir(path.join(folder, 'l10n'));
    const bundle = JSON.stringify({ 'Port {port} is busy.': '포트 {port}번을 쓸 수 없습니다.' });
    await writeFile(path.join(folder, 'l10n/bundle.l10n.ko.json'), bundle);
  });
  after(() => rm(folder, { recursive: true }));

  it('fills the Korean sentence', () => {
    const say = createSay('ko', home);

    assert.equal(say(text('Port {port} is busy.', { port: 80 })), '포트 80번을 쓸 수 없습니다.');
  });

  it('falls back to English, sentence by sentence and without a bundle', () => {
    assert.equal(createSay('ko', home)(text('Other {x}', { x: 1 })), 'Other 1');
    assert.equal(createSay('ko', pathToFileURL('/nonexistent/home/'))(text('Other')), 'Other');
  });
});
