// What PHP does with JSON and forms, by the examples of its manual.
import assert from 'node:assert/strict';
import { html } from '#mock-servers/openemr/html.ts';
import { bodyForm, queryForm } from '#mock-servers/openemr/oauth/php-form.ts';
import { phpJson } from '#mock-servers/openemr/php-json.ts';

describe('phpJson', () => {
  it('escapes slashes and everything beyond ASCII', () => {
    assert.equal(
      phpJson({ a: 'b/c', k: '김', e: '😀' }),
      '{"a":"b\\/c","k":"\\uae40","e":"\\ud83d\\ude00"}',
    );
  });

  it('reads back as what went in', () => {
    const value = { text: 'é/"\\\u0000\u2028', list: [1, 1.5, null, true] };

    assert.deepEqual(JSON.parse(phpJson(value)), value);
  });
});

describe('queryForm', () => {
  it('takes the last of a repeated name', () => {
    assert.equal(queryForm('a=1&a=2').get('a'), '2');
  });

  it('writes dots and spaces in names as underscores', () => {
    assert.equal(queryForm('my.name=1').get('my_name'), '1');
    assert.equal(queryForm('my+name=1').get('my_name'), '1');
  });

  it('makes arrays of brackets and keeps what is inside as it is', () => {
    const form = queryForm('scope%5Buser/Patient.read%5D=1&scope[]=2');

    assert.deepEqual(
      [...form.array('scope')],
      [
        ['user/Patient.read', '1'],
        ['1', '2'],
      ],
    );
    assert.equal(form.get('scope'), undefined);
    assert.equal(form.has('scope'), true);
  });
});

describe('bodyForm', () => {
  const multipart = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
  for (const [type, body, expected] of [
    ['application/x-www-form-urlencoded; charset=utf-8', 'a=1', '1'],
    ['multipart/form-data; boundary=b', multipart, '1'],
    ['multipart/form-data', multipart, undefined],
    ['multipart/form-data; boundary=b', '--b\r\ncut', undefined],
    ['application/json', '{"a":"1"}', undefined],
    ['', 'a=1', undefined],
  ] as const) {
    it(`reads ${expected ?? 'nothing'} from "${type}"`, async () => {
      const form = await bodyForm(Buffer.from(body), type);

      assert.equal(form.get('a'), expected);
    });
  }
});

describe('html', () => {
  it('escapes values, nested ones once, and leaves out what is false', () => {
    const inner = html`<b>${'<&>'}</b>`;

    assert.equal(
      html`<p title="${'"\''}">${[inner, false]}${undefined}${3}</p>`.text,
      '<p title="&#34;&#39;"><b>&#60;&#38;&#62;</b>3</p>',
    );
  });
});
