// The mock with the configuration of the recorded servers, DIMSE included.
import { parseModality } from '#mock-servers/orthanc/modality-form.ts';
import { type RunningMock, runMock } from '#test/mock-servers/orthanc/running-mock.ts';

export async function runConfiguredMock(version: string): Promise<RunningMock> {
  const running = await runMock({ version, config: { Name: 'GOLDEN', DicomAet: 'ORTHANC' } });
  await running.mock.start?.();
  const self = parseModality(['ORTHANC', '127.0.0.1', running.mock.dimsePort?.()]);
  running.mock.orthanc.settings.modalities.set('self', self);
  return running;
}
