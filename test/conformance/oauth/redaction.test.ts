// A whole hospital and its tokens go through the log and the timeline; no name and no secret comes out.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import type { Patient } from '#core/fhir/r4.ts';
import type { HttpEvent } from '#core/http.ts';
import { createLogger } from '#core/log.ts';
import { requestToken } from '#core/oauth/grants.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import { createHttp } from '#core/undici-http.ts';
import { connect } from '#core/workflows/connect.ts';
import { startOpenEmrAlone } from './mock-openemr.ts';

describe('Log and timeline of a session with the mock OpenEMR', () => {
  const lines: string[] = [];
  const events: HttpEvent[] = [];
  const secrets = new Set<string>();
  before(async () => {
    const mocks = await startOpenEmrAlone();
    const http = createHttp({ clock: systemClock, onEvent: (event) => events.push(event) });
    const log = createLogger((...line) => lines.push(JSON.stringify(line)));
    const { clientId, clientSecret = '' } = mocks.clients[0] ?? assert.fail('no client');
    const settings = {
      baseUrl: mocks.urls.openemr ?? '',
      site: 'default',
      clientId,
      clientAuth: 'secretPost',
      grant: 'client_credentials',
      scopes: ['system/Patient.read'],
    } as const;
    const ports = { http, clock: systemClock, newId: randomUUID };
    const tokens = createTokenCache({ clock: systemClock });
    const stored = async () => ({ clientSecret });
    const { fhir, tokens: source } = connect(settings, { ...ports, tokens, secrets: stored });

    const token = await source.token();
    log.info('token received', { ...token });
    secrets.add(clientSecret).add(token?.accessToken ?? assert.fail('no token'));
    for await (const patient of fhir.search('Patient')) {
      log.info('patient read', { ...patient });
      log.debug('patient read', { resource: patient, body: JSON.stringify(patient) });
      for (const word of wordsOf(patient)) secrets.add(word);
    }
    const family = [...secrets].at(-1) ?? '';
    for await (const found of fhir.search('Patient', { family })) log.info('found', { found });
    const target = {
      tokenEndpoint: `${settings.baseUrl}/oauth2/default/token`,
      client: { kind: 'secretPost', clientId: 'nobody', clientSecret },
    } as const;
    await requestToken(ports, target, { kind: 'client_credentials', scopes: [] }).catch(
      (cause: unknown) => log.error('refused', { cause, url: target.tokenEndpoint }),
    );

    await http.close();
    await mocks.stop();
  });

  function wordsOf({ name = [], birthDate, telecom = [], identifier = [] }: Patient): string[] {
    const names = name.flatMap(({ family, given = [] }) => [family, ...given]);
    const values = [...telecom, ...identifier].map(({ value }) => value);
    const words = [...names, ...values, birthDate].filter((word) => word !== undefined);
    // A short number could be a duration or a port of our own.
    return words.filter((word) => word.length > 1 && !/^\d{1,5}$/.test(word));
  }

  it('has something to hide', () => {
    assert.ok(secrets.size > 20, String(secrets.size));
    assert.ok(lines.length > 20 && events.length >= 3);
  });

  it('shows no name, date, number or secret in the log', () => {
    const text = lines.join('\n');

    assert.deepEqual(
      [...secrets].filter((secret) => text.includes(secret)),
      [],
    );
  });

  it('shows none in the timeline either', () => {
    const text = JSON.stringify(events);

    assert.deepEqual(
      [...secrets].filter((secret) => text.includes(secret)),
      [],
    );
    assert.ok(events.every(({ url }) => !url.includes('?')));
  });
});
