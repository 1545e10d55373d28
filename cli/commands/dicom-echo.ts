import { defaultAet, parseDicomNode } from '#core/dimse/address.ts';
import { echo } from '#core/dimse/scu.ts';
import { text } from '#core/text.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export interface DimseFlags {
  readonly dimse?: string;
  readonly called?: string;
  readonly calling?: string;
  readonly json?: boolean;
}

/** C-ECHO: whether a DICOM node answers to its name. */
export async function dicomEcho(flags: DimseFlags, terminal: Terminal): Promise<number> {
  const { print, remark, say, signal, environment } = terminal;
  const address = flags.dimse ?? environment['ORTHANC_DIMSE'] ?? '127.0.0.1:4242';
  const { host, port, aet } = parseDicomNode(address);
  const called = flags.called ?? aet ?? defaultAet.called;
  const callingAet = flags.calling ?? defaultAet.calling;
  await echo({ host, port, calledAet: called, callingAet, signal });
  if (flags.json) print(JSON.stringify({ answers: true, address, called }));
  else remark(say(text('{aet} at {address} answers.', { aet: called, address })));
  return exitCode.ok;
}
