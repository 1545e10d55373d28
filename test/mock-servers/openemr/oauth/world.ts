// One OpenEMR mock on a free port, with a clock that the test moves and a patient half of three people.
import type { RequestHandler } from 'express';
import { isRecord, parseJson } from '#core/guards.ts';
import { createJournal } from '#mock-servers/kernel/journal.ts';
import type { MockApp } from '#mock-servers/kernel/mock-app.ts';
import { createSeededRandom } from '#mock-servers/kernel/random.ts';
import { bearerOf } from '#mock-servers/openemr/api-access.ts';
import type { OpenemrData, PatientAccount, StaffUser } from '#mock-servers/openemr/contracts.ts';
import { createOpenemrMock, type OpenemrMockOptions } from '#mock-servers/openemr/openemr-mock.ts';
import { listen } from '#test/support/listen.ts';

export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
export const redirectUri = 'https://client.example.org/callback';

export const admin: StaffUser = {
  uuid: '11111111-1111-4111-8111-111111111111',
  username: 'admin',
  firstName: 'Billy',
  lastName: 'Smith',
  email: 'billy@example.org',
  npi: '1234567893',
};
/** RFC 6238 appendix B's key, `12345678901234567890`, in base32. */
export const guarded: StaffUser = {
  uuid: '22222222-2222-4222-8222-222222222222',
  username: 'guarded',
  firstName: 'Donna',
  lastName: 'Lee',
  totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
};
export const systemUser: StaffUser = {
  uuid: '33333333-3333-4333-8333-333333333333',
  username: 'oe-system',
  firstName: 'System',
  lastName: 'Operation User',
};
export const patient: PatientAccount = {
  uuid: '44444444-4444-4444-8444-444444444444',
  pid: 1,
  username: 'Minji1',
  firstName: '민지 <b>',
  lastName: 'Kim',
  birthDate: '1990-02-03',
  sex: 'Female',
  email: 'minji@example.org',
};

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `{}` when the body is no JSON object. */
  readonly json: Readonly<Record<string, unknown>>;
}

export type Form = Readonly<Record<string, string>>;

export interface World {
  readonly url: string;
  readonly mock: MockApp;
  /** Keys of the explanations beside the wire, oldest first. */
  explanations(): string[];
  /** The whole journal as the control plane would show it. */
  journalText(): string;
  advance(ms: number): void;
  nowMs(): number;
  send(path: string, init?: RequestInit): Promise<Answered>;
  post(path: string, form: Form, headers?: Form): Promise<Answered>;
  token(form: Form, headers?: Form): Promise<Answered>;
  register(metadata: Readonly<Record<string, unknown>>): Promise<Answered>;
  close(): Promise<void>;
}

/** @param isKept - starts on what the data folder holds, as the suite does at a second start */
export async function openWorld(
  options: OpenemrMockOptions = {},
  { isKept = false }: { readonly isKept?: boolean } = {},
): Promise<World> {
  const random = createSeededRandom('test', 'openemr');
  const journal = createJournal();
  let nowMs = startMs;
  let url = '';
  const mock = await createOpenemrMock(
    {
      clock: { now: () => nowMs },
      randomBytes: random.randomBytes,
      newUuid: random.newUuid,
      baseUrl: () => url,
      note: journal.note,
    },
    { createData: threePeople, ...options },
  );
  if (!isKept) await mock.reset('seed');
  const listening = await listen((request, response) => {
    journal.open('openemr', request, nowMs);
    mock.handler(request as never, response as never, () => response.destroy());
  });
  url = listening.url;

  const send = async (path: string, init: RequestInit = {}): Promise<Answered> => {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
  };
  const post = (path: string, form: Form, headers: Form = {}): Promise<Answered> =>
    send(path, { method: 'POST', body: new URLSearchParams(form), headers });
  return {
    url,
    mock,
    explanations: () => journal.list().flatMap(({ notes }) => notes.map(({ key }) => key)),
    journalText: () => JSON.stringify(journal.list()),
    advance: (ms) => {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    send,
    post,
    token: (form, headers) => post('/oauth2/default/token', form, headers),
    register: (metadata) =>
      send('/oauth2/default/registration', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      }),
    close: listening.close,
  };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value = parseJson(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function threePeople(): OpenemrData {
  const staff = [admin, guarded, systemUser];
  const answerBearer: RequestHandler = (_request, response) => {
    if (response.locals['bearer'] === undefined) {
      response.json({ isPublic: true });
      return;
    }
    const { scopes, ...bearer } = bearerOf(response);
    response.json({ ...bearer, scopes: [...scopes] });
  };
  const nothing = async (): Promise<undefined> => undefined;
  return {
    accounts: {
      staffByLogin: (username, password) =>
        password === 'pass' ? staff.find((user) => user.username === username) : undefined,
      staffByUuid: (uuid) => staff.find((user) => user.uuid === uuid),
      systemUser: () => systemUser,
      patientByLogin: (username, password, email) =>
        username === patient.username && password === 'pass' && email === patient.email
          ? patient
          : undefined,
      patientByUuid: (uuid) => (uuid === patient.uuid ? patient : undefined),
      searchPatients: (name) => (patient.lastName.includes(name) ? [patient] : []),
    },
    routers: { api: answerBearer, portal: answerBearer, fhir: answerBearer },
    reset: nothing,
    stats: () => ({}),
    snapshot: nothing,
    restore: nothing,
    seed: async () => ({}),
    close: nothing,
  };
}
