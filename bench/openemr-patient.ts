// Does a search by name stay as fast with 10,000 patients as with 100? Both mocks answer over HTTP,
// behind the router of the standard API, with a name that one patient has.
import { performance } from 'node:perf_hooks';
import express from 'express';
import { setBearer } from '#mock-servers/openemr/api-access.ts';
import type { ApiDeps } from '#mock-servers/openemr/contracts.ts';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { createPatient } from '#mock-servers/openemr/records/patients.ts';
import { openRecords, type Records } from '#mock-servers/openemr/records/records.ts';
import { installOffice } from '#mock-servers/openemr/records/seed/office.ts';
import { restRouter } from '#mock-servers/openemr/rest/rest-router.ts';
import { guideDefaults } from '#mock-servers/openemr/settings.ts';
import { type Listening, listen } from '#test/support/listen.ts';
import type { Benchmark } from './harness.ts';

const requests = 200;

export const benchmarks: readonly Benchmark[] = [
  ['piece of a first name', 'fname=수연'],
  ['surname of one character', 'lname=봉'],
  ['piece of a street', 'street=장충로 77'],
].map(([what, query]) => ({
  name: `GET /api/patient by ${what}, 10,000 patients, p50`,
  unit: 'ms',
  baseline: '100 patients',
  goal: { atMost: 2 },
  rounds: 4,
  async prepare() {
    const [many, few] = [await serve(10_000), await serve(100)];
    return {
      subject: () => medianMs(`${many.url}/patient?${query}`),
      baseline: () => medianMs(`${few.url}/patient?${query}`),
      async close() {
        await Promise.all([many.close(), few.close()]);
      },
    };
  },
}));

const surnames = [...'김이박최정강조윤장임한오서신권황안송류홍'];
const syllables = [...'가나다라마바사아자차하민지현우준영호성진'];

function fill(records: Records, patients: number): void {
  const pick = (from: readonly string[], at: number) => from[at % from.length] ?? '';
  records.database.transaction(() => {
    installOffice(records);
    createPatient(records, {
      fname: '수연',
      lname: '봉',
      sex: 'Female',
      DOB: '1990-01-01',
      street: '장충로 77',
    });
    for (let index = 1; index < patients; index += 1)
      createPatient(records, {
        fname: pick(syllables, index) + pick(syllables, Math.floor(index / 20)),
        lname: pick(surnames, Math.floor(index / 7)),
        sex: index % 2 ? 'Male' : 'Female',
        DOB: '1980-01-01',
        street: `대학로 ${index}`,
        city: '서울특별시',
      });
  });
}

async function serve(patients: number): Promise<Listening> {
  const clock = { now: () => Date.now() };
  const records = openRecords({ clock, newUuid: () => crypto.randomUUID() });
  fill(records, patients);
  const deps: ApiDeps = {
    context: {
      clock,
      randomBytes: (size) => Buffer.alloc(size),
      newUuid: () => crypto.randomUUID(),
      baseUrl: () => 'http://127.0.0.1',
      note: () => undefined,
    },
    profile: profiles['7.0.3'],
    settings: () => guideDefaults,
    baseUrl: () => 'http://127.0.0.1',
    note: () => undefined,
  };
  const app = express();
  app.use((_request, response, next) => {
    const scopes = new Set(['user/patient.read']);
    setBearer(response, {
      clientId: 'bench',
      role: 'users',
      userUuid: '',
      username: 'admin',
      scopes,
    });
    next();
  });
  app.use(restRouter({ ...deps, records }));
  return listen(app);
}

async function medianMs(url: string): Promise<number> {
  const times: number[] = [];
  for (let request = 0; request < requests; request += 1) {
    const start = performance.now();
    const body = (await (await fetch(url)).json()) as { data: unknown[] };
    times.push(performance.now() - start);
    if (body.data.length !== 1) throw new Error(`${url} found ${body.data.length} patients`);
  }
  return times.toSorted((a, b) => a - b)[requests / 2] ?? Number.NaN;
}
