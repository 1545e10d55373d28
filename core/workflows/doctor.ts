// Finds the first broken link between this machine and a readable patient list. Each step is one question
// whose answer the next one needs; what comes after the first failure is reported as not tried.
import { parseBaseUrl } from '../base-url.ts';
import { WorkbenchError } from '../errors.ts';
import { createFhirClient } from '../fhir/client.ts';
import type { Finding } from '../finding.ts';
import type { Http } from '../http.ts';
import { HttpError } from '../http-error.ts';
import { evidenceOf, explainTokenError } from '../oauth/explain.ts';
import { explainApiError } from '../oauth/explain-api.ts';
import { explainScopes } from '../oauth/explain-scopes.ts';
import { scopeDifference } from '../oauth/scopes.ts';
import { fhirPaths, oauthPaths, urlOf } from '../openemr/paths.ts';
import { type Text, text } from '../text.ts';
import { type Connection, type ConnectionSettings, MissingSetting } from './connect.ts';

export const DoctorStep = {
  address: 'address',
  server: 'server',
  discovery: 'discovery',
  metadata: 'metadata',
  token: 'token',
  read: 'read',
} as const;
export type DoctorStep = (typeof DoctorStep)[keyof typeof DoctorStep];

export interface StepResult {
  readonly step: DoctorStep;
  readonly state: 'passed' | 'warned' | 'failed' | 'skipped';
  /** What was found, or why it failed; absent when skipped. */
  readonly sentence?: Text;
  /** What a person has not given yet, when that is why it failed. */
  readonly missing?: MissingSetting['setting'];
  readonly findings: readonly Finding[];
}

export interface DoctorReport {
  readonly isHealthy: boolean;
  readonly steps: readonly StepResult[];
}

export interface DoctorPorts {
  /** Without a token, for the steps before there is one. */
  readonly http: Http;
  /** Made late: an address that does not parse is a finding, not an exception. */
  readonly connect: () => Connection;
}

type Outcome = Pick<StepResult, 'sentence' | 'findings'>;

interface Patient {
  readonly settings: ConnectionSettings;
  readonly ports: DoctorPorts;
  readonly signal: AbortSignal | undefined;
}

/**
 * @param onStep - called as each step ends, for progress
 * @throws the signal's reason when aborted; failures of the connection are in the report
 */
export async function examine(
  settings: ConnectionSettings,
  ports: DoctorPorts,
  options: { readonly signal?: AbortSignal; readonly onStep?: (result: StepResult) => void } = {},
): Promise<DoctorReport> {
  const patient = { settings, ports, signal: options.signal };
  const steps: StepResult[] = [];
  let isBroken = false;
  for (const [step, ask] of Object.entries(questions) as [DoctorStep, Question][]) {
    const result: StepResult = isBroken ? skipped(step) : await answer(step, ask, patient);
    isBroken ||= result.state === 'failed';
    steps.push(result);
    options.onStep?.(result);
  }
  return { isHealthy: !isBroken, steps };
}

type Question = (patient: Patient) => Promise<Outcome>;

function skipped(step: DoctorStep): StepResult {
  return { step, state: 'skipped', findings: [] };
}

async function answer(step: DoctorStep, ask: Question, patient: Patient): Promise<StepResult> {
  try {
    const outcome = await ask(patient);
    return { step, state: outcome.findings.length > 0 ? 'warned' : 'passed', ...outcome };
  } catch (error) {
    patient.signal?.throwIfAborted();
    if (!(error instanceof WorkbenchError)) throw error;
    const findings = explain(step, error, patient.settings);
    const missing = error instanceof MissingSetting ? { missing: error.setting } : {};
    return { step, state: 'failed', sentence: error.text, ...missing, findings };
  }
}

function explain(
  step: DoctorStep,
  error: WorkbenchError,
  settings: ConnectionSettings,
): readonly Finding[] {
  if (step === DoctorStep.read || step === DoctorStep.metadata) return explainApiError(error);
  if (step !== DoctorStep.token && step !== DoctorStep.discovery) return [];
  const { baseUrl, grant, clientAuth, scopes } = settings;
  const tokenEndpoint = urlOf(parseBaseUrl(baseUrl), oauthPaths.token, settings);
  const findings = explainTokenError(error, { grant, clientAuth, tokenEndpoint, scopes });
  const isStranger = step === DoctorStep.discovery && isForeignAnswer(error);
  return isStranger ? [notOpenemr(error), ...findings] : findings;
}

/** What no OpenEMR answers where its discovery document is, whether its APIs are on or off. */
function isForeignAnswer(error: WorkbenchError): boolean {
  if (!(error instanceof HttpError)) return foreignCodes.has(error.code);
  // With its APIs off it answers 404 too: with nothing, or under its own name
  return error.status === 404 && error.body !== '' && !error.body.includes('OpenEMR');
}

/** A page for people, or JSON about something else. */
const foreignCodes: ReadonlySet<string> = new Set([
  'HTTP_NOT_JSON',
  'HTTP_LOGIN_PAGE',
  'OAUTH_BAD_ANSWER',
]);

const questions: Readonly<Record<DoctorStep, Question>> = {
  async address({ settings }) {
    const url = parseBaseUrl(settings.baseUrl);
    const base = url.replace(/\/(?:apis|oauth2)(?:\/.*)?$/, '');
    if (base !== url) throw notTheBase(url, base);
    return { sentence: text('The address is {url}.', { url }), findings: [] };
  },

  /** Any status will do: this asks for name, port and TLS only. */
  async server({ settings, ports, signal }) {
    const url = parseBaseUrl(settings.baseUrl);
    const request = { method: 'GET', url: `${url}/`, retry: 'never' } as const;
    const response = await ports.http.send(request, signal && { signal });
    await response.bytes();
    const sentence = url.startsWith('https:')
      ? text('The server answers, and its certificate is trusted.')
      : text('The server answers.');
    return { sentence, findings: [] };
  },

  async discovery({ settings, ports, signal }) {
    const endpoints = await ports.connect().endpoints(signal && { signal });
    const known = new URL(endpoints.token).origin;
    const used = new URL(parseBaseUrl(settings.baseUrl)).origin;
    return {
      sentence: text('The server has a token endpoint: {url}', { url: endpoints.token }),
      findings: known === used ? [] : [otherAddress(known, used)],
    };
  },

  /** Without a token: a server that hides its metadata behind one is no FHIR server (issue #4055). */
  async metadata({ settings, ports: { http }, signal }) {
    const baseUrl = urlOf(parseBaseUrl(settings.baseUrl), fhirPaths.base, settings);
    const fhir = createFhirClient({ http, baseUrl });
    const { fhirVersion, software } = await fhir.capabilities(signal && { signal });
    const name = [software?.name, software?.version].filter((part) => part).join(' ');
    return {
      sentence: text('FHIR {version} is offered by {name}.', { version: fhirVersion, name }),
      findings: fhirVersion.startsWith('4.0') ? [] : [otherFhirVersion(fhirVersion)],
    };
  },

  async token({ settings, ports, signal }) {
    const token = await ports.connect().tokens.token(signal && { signal });
    if (token === undefined) throw noToken();
    const difference = scopeDifference(settings.scopes, token.scopes);
    return {
      sentence: text('The server gave a token with {count} scopes.', {
        count: token.scopes.length,
      }),
      findings: explainScopes(difference),
    };
  },

  async read({ ports, signal }) {
    const page = await ports.connect().fhir.searchPage('Patient', {}, signal && { signal });
    return {
      sentence: text('The patient list can be read: {count} on the first page.', {
        count: page.matches.length,
      }),
      findings: [],
    };
  },
};

function notTheBase(url: string, base: string): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      '{url} is the address of one part of OpenEMR. Give the base address, {base}; the paths of FHIR and OAuth are added to it.',
      { url, base },
    ),
  );
}

function notOpenemr(error: WorkbenchError): Finding {
  return {
    id: 'server.not-openemr',
    cause: text('Something else than OpenEMR answers at this address.'),
    evidence: error instanceof HttpError ? evidenceOf(error) : error.text,
    fix: text(
      'Open the address in a browser: it must show the sign-in page of OpenEMR. If OpenEMR lies below a path, give the path too, such as https://host/openemr.',
    ),
  };
}

function otherAddress(known: string, used: string): Finding {
  return {
    id: 'oauth.other-address',
    cause: text('The server believes it lives at {known}, but was reached at {used}.', {
      known,
      used,
    }),
    evidence: text('The token endpoint in the discovery document starts with {known}.', { known }),
    fix: text(
      'In OpenEMR open Admin > Config > Connectors and set the Site Address to {used}, or use {known} here. Signed assertions must name the address that the server believes in.',
      { known, used },
    ),
  };
}

function otherFhirVersion(version: string): Finding {
  return {
    id: 'fhir.other-version',
    cause: text('The server does not speak FHIR R4.'),
    evidence: text('Its CapabilityStatement names version {version}.', { version }),
    fix: text('Use the address of the R4 endpoint, such as …/baseR4 or …/fhir/R4.'),
  };
}

function noToken(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text('There is no access token, and this grant needs a person to sign in. Sign in first.'),
  );
}
