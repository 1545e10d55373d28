import assert from 'node:assert/strict';
import express from 'express';
import { apiPaths, fhirPaths, oauthPaths, portalPaths, urlOf } from '#core/openemr/paths.ts';
import { listen } from '#test/support/listen.ts';

const base = 'https://emr.test';

describe('urlOf', () => {
  it('fills a template and encodes what it fills in', () => {
    assert.equal(
      urlOf(base, oauthPaths.token, { site: 'default' }),
      'https://emr.test/oauth2/default/token',
    );
    assert.equal(
      urlOf(base, apiPaths.vital, { site: 'a b', pid: 1, eid: 2, vid: '3/4' }),
      'https://emr.test/apis/a%20b/api/patient/1/encounter/2/vital/3%2F4',
    );
  });

  it('refuses a value that would climb out of its place', () => {
    for (const site of ['', '.', '..']) {
      assert.throws(() => urlOf(base, fhirPaths.base, { site }), TypeError);
    }
  });
});

describe('path templates', () => {
  const all = Object.entries({ ...oauthPaths, ...fhirPaths, ...apiPaths, ...portalPaths });

  it('are patterns of an Express router that match the URLs made from them', async () => {
    const app = express();
    for (const template of new Set(all.map(([, template]) => template))) {
      app.get(template, (_request, response, next) => {
        response.append('x-matched', template);
        next();
      });
    }
    app.use((_request, response) => void response.end());
    const server = await listen(app);
    const values = new Proxy({}, { get: (_, name) => `v-${String(name)}` });

    for (const [, template] of all) {
      const response = await fetch(urlOf(server.url, template, values as never));
      assert.ok(response.headers.get('x-matched')?.split(', ').includes(template), template);
    }
    await server.close();
  });
});
