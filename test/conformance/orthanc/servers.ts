// The servers that one client suite runs against: the mock, and the real Orthanc of Debian.
import { createOrthancMock } from '#mock-servers/orthanc/orthanc-mock.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import { missingRealOrthanc, startRealOrthanc } from '#test/support/real-orthanc.ts';

export interface OrthancUnderTest {
  readonly url: string;
  readonly dicomPort: number;
  close(): Promise<void>;
}

export interface OrthancKind {
  readonly name: string;
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined;
  /** `config` has Orthanc's own keys, over those of the recordings. */
  readonly start: (config?: Readonly<Record<string, unknown>>) => Promise<OrthancUnderTest>;
}

/** The release that Debian bookworm installs, so that both sides speak of the same thing. */
const version = '1.10.1';

/** The version that the mock emulates unless told otherwise. */
export const newest = mockOf('1.12.7');

export const orthancs: readonly OrthancKind[] = [
  { ...mockOf(version), name: 'mock Orthanc' },
  {
    name: 'real Orthanc',
    missing: missingRealOrthanc,
    start: (config = {}) => startRealOrthanc({ config }),
  },
];

function mockOf(emulated: string): OrthancKind {
  return {
    name: `mock Orthanc ${emulated}`,
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
