// What can go wrong between two application entities. One function a failure.
import { WorkbenchError } from '../errors.ts';
import { text } from '../text.ts';

export function malformedPdu(): WorkbenchError {
  return new WorkbenchError(
    'DIMSE_PROTOCOL',
    text(
      'The other side does not speak DICOM, or speaks it wrongly. Check the port: DICOM and web use different ones.',
    ),
  );
}

export function cannotConnect(host: string, port: number, cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'DIMSE_UNREACHABLE',
    text(
      'Nothing answers DICOM at {host}:{port}. Check that the server runs and the port is right.',
      {
        host,
        port,
      },
    ),
    { cause },
  );
}

/** PS3.8 9.3.4; the numbers stay in the message, since devices' manuals speak of them. */
export function associationRejected(
  source: number,
  reason: number,
  calledAet: string,
): WorkbenchError {
  const args = { aet: calledAet, source, reason };
  return new WorkbenchError(
    'DIMSE_REJECTED',
    source === 1 && reason === 7
      ? text(
          'The server does not answer to the AE title {aet}. Check its DicomAet and the one entered here.',
          args,
        )
      : source === 1 && reason === 3
        ? text(
            'The server does not know our AE title. Add it to the modalities of its configuration.',
            args,
          )
        : text(
            'The server refused the association (source {source}, reason {reason}). Look into its log.',
            args,
          ),
  );
}

export function noContext(sopClassUid: string, transferSyntax: string): WorkbenchError {
  return new WorkbenchError(
    'DIMSE_NO_CONTEXT',
    text(
      'The server does not accept this kind of object ({sopClass}) in its encoding ({syntax}); nothing is converted here. Send it by REST instead.',
      { sopClass: sopClassUid, syntax: transferSyntax },
    ),
  );
}

/** @param status - of PS3.7 annex C */
export function operationFailed(operation: string, status: number): WorkbenchError {
  const shown = `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
  return new WorkbenchError(
    'DIMSE_FAILED',
    (status & 0xff00) === 0xa700
      ? text(
          'The server could not keep the object ({operation}, status {status}): it has no room, or the object lacks a UID.',
          {
            operation,
            status: shown,
          },
        )
      : text('The server answered {operation} with the failure {status}. Look into its log.', {
          operation,
          status: shown,
        }),
  );
}

export function associationAborted(cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'DIMSE_ABORTED',
    text('The DICOM connection broke off. Check the log of the server, then send again.'),
    { cause },
  );
}

export function associationTimedOut(seconds: number): WorkbenchError {
  return new WorkbenchError(
    'DIMSE_ABORTED',
    text(
      'The DICOM server did not answer within {seconds} seconds. Check that it is not overloaded.',
      {
        seconds,
      },
    ),
  );
}
