import { english, type Text } from './text.ts';

/** Stable codes: tests and callers compare these, never messages. One line per subject. */
export type ErrorCode =
  | 'HTTP_BAD_URL'
  | 'HTTP_REFUSED'
  | 'HTTP_UNKNOWN_HOST'
  | 'HTTP_TIMEOUT'
  | 'HTTP_TLS'
  | 'HTTP_NOT_TLS'
  | 'HTTP_PROXY'
  | 'HTTP_NEEDS_TLS'
  | 'HTTP_DROPPED'
  | 'HTTP_STATUS'
  | 'HTTP_NOT_JSON'
  | 'HTTP_LOGIN_PAGE'
  | 'OAUTH_REJECTED'
  | 'OAUTH_BAD_ANSWER'
  | 'OAUTH_SETTINGS'
  | 'FHIR_OUTCOME'
  | 'FHIR_NOT_FOUND'
  | 'FHIR_READ_ONLY'
  | 'FHIR_CONFLICT'
  | 'FHIR_BAD_ANSWER'
  | 'FHIR_BAD_RESOURCE'
  | 'OPENEMR_VALIDATION'
  | 'OPENEMR_BAD_ANSWER'
  | 'DICOM_NOT_DICOM'
  | 'DICOM_EMPTY'
  | 'DICOM_TRUNCATED'
  | 'DICOM_MISSING_UID'
  | 'DICOM_UNSUPPORTED'
  | 'DICOM_MALFORMED'
  | 'DIMSE_UNREACHABLE'
  | 'DIMSE_REJECTED'
  | 'DIMSE_NO_CONTEXT'
  | 'DIMSE_FAILED'
  | 'DIMSE_ABORTED'
  | 'DIMSE_PROTOCOL'
  | 'ORTHANC_REJECTED'
  | 'ORTHANC_NOT_FOUND'
  | 'ORTHANC_BAD_ANSWER'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'JSON_SYNTAX'
  | 'PORT_BUSY'
  | 'ALREADY_RUNNING'
  | 'NOT_A_MOCK'
  | 'NOT_READY'
  | 'DEMO_FAILED'
  | 'SETTINGS_INVALID'
  | 'USAGE'
  | 'WRITE_LOCKED'
  | 'STARTED_ELSEWHERE';

/** Base of every failure this project raises on purpose. `message` may be shown to a user; `cause` may not. */
export class WorkbenchError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  /** What failed, why, what to do next; translate this one rather than `message`. */
  readonly text: Text;

  constructor(code: C, sentence: Text, options?: { cause?: unknown }) {
    super(english(sentence), options);
    this.name = 'WorkbenchError';
    this.code = code;
    this.text = sentence;
  }
}
