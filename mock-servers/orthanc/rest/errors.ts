// Orthanc's own error codes (OrthancFramework Enumerations): the public message and the HTTP status of each.

const table = {
  internal: [-1, 500, 'Internal error'],
  plugin: [1, 500, 'Error encountered within the plugin engine'],
  notImplemented: [2, 500, 'Not implemented yet'],
  outOfRange: [3, 400, 'Parameter out of range'],
  badType: [5, 400, 'Bad type for a parameter'],
  badSequence: [6, 500, 'Bad sequence of calls'],
  inexistentItem: [7, 404, 'Accessing an inexistent item'],
  badRequest: [8, 400, 'Bad request'],
  network: [9, 500, 'Error in the network protocol'],
  badUri: [12, 400, 'Bad URI'],
  badFile: [15, 400, 'Bad file format'],
  timeout: [16, 500, 'Timeout'],
  unknownResource: [17, 404, 'Unknown resource'],
  fullStorage: [19, 500, 'The file storage is full'],
  inexistentTag: [21, 404, 'Inexistent tag'],
  incompatibleImage: [23, 500, 'Incompatible format of the images'],
  unknownTag: [27, 500, 'Unknown DICOM tag'],
  badJson: [28, 400, 'Cannot parse a JSON document'],
  notAcceptable: [
    34,
    406,
    'Cannot send a response which is acceptable according to the Accept HTTP header',
  ],
  revision: [
    43,
    409,
    'A bad revision number was provided, which might indicate conflict between multiple writers',
  ],
  badRange: [41, 416, 'Incorrect range request'],
  cannotStep: [1010, 500, 'SQLite: Cannot step over a cached statement'],
  cannotPrepare: [1012, 500, 'SQLite: Cannot prepare a cached statement'],
  readOnly: [22, 403, 'Cannot modify a read-only data structure'],
  noContext: [2015, 500, 'DicomUserConnection: No acceptable presentation context for modality'],
  noFind: [2016, 500, 'DicomUserConnection: The C-FIND command is not supported by the remote SCP'],
  noMove: [2017, 500, 'DicomUserConnection: The C-MOVE command is not supported by the remote SCP'],
  cannotStore: [2018, 500, 'Cannot store an instance'],
  overrideInherited: [2020, 400, 'Trying to override a value inherited from a parent module'],
  noDataUri: [
    2023,
    400,
    'The payload of the DICOM instance must be specified according to Data URI scheme',
  ],
  parentIsInstance: [
    2025,
    400,
    'Trying to attach a new DICOM instance to an instance (must be a series, study or patient)',
  ],
  inexistentParent: [2024, 400, 'Trying to attach a new DICOM instance to an inexistent resource'],
  badJobTransition: [2042, 400, 'Bad job transition'],
  unsupportedMedia: [3000, 415, 'Unsupported media type'],
} as const satisfies Record<string, readonly [number, number, string]>;

export type OrthancErrorName = keyof typeof table;

/** A failure that the server answers with Orthanc's error body; `details` is public. */
export class OrthancError extends Error {
  readonly status: number;
  readonly orthancStatus: number;
  readonly publicMessage: string;
  readonly details: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly #name: OrthancErrorName;

  constructor(
    name: OrthancErrorName,
    details?: string,
    options?: {
      readonly cause?: unknown;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) {
    const [orthancStatus, status, publicMessage] = table[name];
    super(details ?? publicMessage, { cause: options?.cause });
    this.name = 'OrthancError';
    this.status = options?.status ?? status;
    this.orthancStatus = orthancStatus;
    this.publicMessage = publicMessage;
    this.details = details;
    this.headers = options?.headers ?? {};
    this.#name = name;
  }

  /** The same with headers that were set before it happened. */
  with(headers: Readonly<Record<string, string>>): OrthancError {
    return new OrthancError(this.#name, this.details, { status: this.status, headers });
  }
}

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
  501: 'Not Implemented',
};

/** The name of a status as Orthanc writes it under `HttpError`. */
export function statusPhrase(status: number): string {
  return phrases[status] ?? 'Internal Server Error';
}
