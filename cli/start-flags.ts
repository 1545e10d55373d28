import path from 'node:path';
import type { StartOptions, TlsMode } from '#mock-servers/start.ts';

/** As commander reads them. */
export interface StartFlags {
  readonly portOpenemr?: number;
  readonly portFhir?: number;
  readonly portOrthanc?: number;
  readonly portDimse?: number;
  readonly profile?: string;
  readonly strict?: boolean;
  readonly orthanc?: string;
  readonly orthancConfig?: string;
  readonly auth?: boolean;
  readonly https?: TlsMode | true;
  readonly data?: string;
  readonly seed?: string;
  readonly empty?: boolean;
  readonly journalHeader: boolean;
}

export function startOptions(
  flags: StartFlags,
  fallback: StartOptions['ports'] = {},
): StartOptions {
  const ports = {
    openemr: flags.portOpenemr,
    fhir: flags.portFhir,
    orthanc: flags.portOrthanc,
    dimse: flags.portDimse,
  };
  return given({
    ports: { ...fallback, ...given(ports) },
    profile: flags.profile,
    strict: flags.strict,
    orthancVersion: flags.orthanc,
    orthancConfig: flags.orthancConfig && path.resolve(flags.orthancConfig),
    auth: flags.auth,
    https: flags.https === true ? 'valid' : flags.https,
    dataDir: flags.data && path.resolve(flags.data),
    seed: flags.seed,
    empty: flags.empty,
    journalHeader: flags.journalHeader,
  });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
