// The servers that one client suite runs against: the mock, and the real Orthancs of Debian.
import { createOrthancMock } from '#mock-servers/orthanc/orthanc-mock.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import {
  missingRealOrthanc,
  type RealVersion,
  realVersions,
  startRealOrthanc,
} from '#test/support/real-orthanc.ts';

export interface OrthancUnderTest {
  readonly url: string;
  readonly dicomPort: number;
  close(): Promise<void>;
}

export interface OrthancKind {
  readonly name: string;
  readonly version: RealVersion;
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined;
  /** `config` has Orthanc's own keys, over those of the recordings. */
  readonly start: (config?: Readonly<Record<string, unknown>>) => Promise<OrthancUnderTest>;
}

/** The mock as a version of Orthanc, and that Orthanc. */
export interface OrthancPair {
  readonly version: RealVersion;
  readonly mock: OrthancKind;
  readonly real: OrthancKind;
}

export const pairs: readonly OrthancPair[] = realVersions.map((version) => ({
  version,
  mock: mockOf(version),
  real: {
    name: `real Orthanc ${version}`,
    version,
    missing: () => missingRealOrthanc(version),
    start: (config = {}) => startRealOrthanc({ version, config }),
  },
}));

export const everyOrthanc: readonly OrthancKind[] = pairs.flatMap(({ mock, real }) => [mock, real]);

/** The pair of the release that Debian bookworm installs. */
export const orthancs: readonly OrthancKind[] = everyOrthanc.slice(0, 2);

/** The version that the mock emulates unless told otherwise. */
export const newest = mockOf('1.12.7');

function mockOf(emulated: RealVersion): OrthancKind {
  return {
    name: `mock Orthanc ${emulated}`,
    version: emulated,
    missing: () => undefined,
    start: async (config = {}) => {
      const suite = aSuite({
        makers: {
          orthanc: (context) =>
            createOrthancMock(context, { version: emulated, dimsePort: 0, config }),
        },
        initial: 'empty',
      });
      const servers = await suite.start();
      const url = servers.urls.orthanc;
      if (url === undefined) throw new Error('The suite has no Orthanc');
      return { url, dicomPort: servers.ports['dimse'] ?? 0, close: () => suite.stop() };
    },
  };
}

/** Says loudly on the console why a suite does not run, then skips it. */
export function skipLoudly(test: Mocha.Context, reason: string): never {
  console.warn(`skipped: ${reason}`);
  return test.skip();
}
