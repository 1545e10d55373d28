import { echo } from '#core/dimse/scu.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export interface DimseFlags {
  readonly dimse?: string;
  readonly called: string;
  readonly calling: string;
  readonly json?: boolean;
}

/** C-ECHO: whether a DICOM node answers to its name. */
export async function dicomEcho(flags: DimseFlags, terminal: Terminal): Promise<number> {
  const { print, remark, say, signal, environment } = terminal;
  const address = flags.dimse ?? environment['ORTHANC_DIMSE'] ?? '127.0.0.1:4242';
  const { host, port } = parseAddress(address);
  await echo({ host, port, calledAet: flags.called, callingAet: flags.calling, signal });
  if (flags.json) print(JSON.stringify({ answers: true, address, called: flags.called }));
  else remark(say(text('{aet} at {address} answers.', { aet: flags.called, address })));
  return exitCode.ok;
}

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(address);
  if (match?.[1] !== undefined) return { host: match[1], port: Number(match[2]) };
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('"{value}" is no DICOM address. Write host:port, such as 127.0.0.1:4242.', {
      value: address,
    }),
  );
}
