// How people write the address of a DICOM node: `host:port`, or `AET@host:port` with its name.
import { WorkbenchError } from '../errors.ts';
import { text } from '../text.ts';

export interface DicomNode {
  readonly host: string;
  readonly port: number;
  /** AE title, when it was written down. */
  readonly aet?: string;
}

/** What Orthanc calls itself, and what we do, unless a person says otherwise. */
export const defaultAet = { called: 'ORTHANC', calling: 'WORKBENCH' } as const;

/** @throws WorkbenchError `SETTINGS_INVALID` */
export function parseDicomNode(address: string): DicomNode {
  const match = /^(?:([^@]{1,16})@)?(?:\[([^\]]+)\]|([^@:[\]\s]+)):(\d{1,5})$/.exec(address.trim());
  const [, aet, host6, host4, digits = ''] = match ?? [];
  const host = host6 ?? host4;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw noDicomNode(address);
  return { host, port, ...(aet !== undefined && { aet: aet.trim() }) };
}

function noDicomNode(value: string): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text('"{value}" is no DICOM address. Write host:port, such as 127.0.0.1:4242.', { value }),
  );
}
