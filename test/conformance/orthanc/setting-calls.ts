// Calls that set modalities, peers and switches, for the mock and the real Orthanc alike.

export interface NeighbourCall {
  readonly method: string;
  /** `{{name}}` stands for the id that an earlier answer gave. */
  readonly path: string;
  readonly body?: unknown;
  /** Name under which the `ID` of the answer is kept. */
  readonly capture?: string;
}

export const post = (path: string, body?: unknown): NeighbourCall => ({
  method: 'POST',
  path,
  body,
});
export const get = (path: string): NeighbourCall => ({ method: 'GET', path });

/** Seconds, right and wrong: more than a timer, an `int` and an integer of JSON hold. */
export const timeouts: readonly unknown[] = [
  ...['x', -1, 3, 1.5, null, [], true, 3_000_000, 2 ** 31 - 1, 2 ** 31, -(2 ** 40), 5e9],
  Number.MAX_SAFE_INTEGER,
];

export function settingCalls(): readonly NeighbourCall[] {
  return [...configurations(), ...forms(), ...switches()];
}

function configurations(): readonly NeighbourCall[] {
  return [
    get('/modalities'),
    get('/modalities/down'),
    get('/modalities/nope'),
    get('/modalities/down/configuration'),
    get('/modalities/nope/configuration'),
    { method: 'PUT', path: '/modalities/new', body: ['NEW', '127.0.0.1', 104] },
    get('/modalities/new/configuration'),
    {
      method: 'PUT',
      path: '/modalities/new',
      body: { AET: 'NEW', Host: 'h', Port: 105, AllowEcho: false },
    },
    get('/modalities/new/configuration'),
    { method: 'PUT', path: '/modalities/new', body: [] },
    { method: 'PUT', path: '/modalities/new', body: 'no json' },
    { method: 'DELETE', path: '/modalities/new' },
    get('/peers'),
    get('/peers/down'),
    get('/peers/nope'),
    get('/peers/down/configuration'),
    get('/peers/nope/configuration'),
  ];
}

const put = (path: string, body: unknown): NeighbourCall => ({ method: 'PUT', path, body });
const makers =
  'Generic GenericNoWildcardInDates GenericNoUniversalWildcard StoreScp ClearCanvas Dcm4Chee Vitrea GE MedInria EFilm2 SyngoVia AgfaImpax Foo'.split(
    ' ',
  );

/** Descriptions of modalities and peers, right and wrong. */
function forms(): readonly NeighbourCall[] {
  const modality = { AET: 'X', Host: 'h', Port: 104 };
  const modalities: readonly unknown[] = [
    ...makers.map((maker) => ['X', 'h', 104, maker]),
    ...[0, 'x', '104', 65_534, 65_535, 70_000].map((port) => ['X', 'h', port]),
    ...[['X', 'h'], [1, 'h', 1], ['X', 1, 1], ['X', 'h', 104, 'Generic', 'more'], 5, {}],
    ...[{ AET: 'X' }, { AET: 'X', Host: 'h' }, { ...modality, Port: 'x' }],
    ...timeouts.map((Timeout) => ({ ...modality, Timeout })),
    ...[5, 'L'].map((LocalAet) => ({ ...modality, LocalAet })),
    ...[{ Manufacturer: 5 }, { AllowFind: 'x' }, { AllowFind: false }].map((more) => ({
      ...modality,
      ...more,
    })),
  ];
  const peers: readonly unknown[] = [
    ...[['http://a/', 'u', 'p'], ['ftp://a/'], { Url: '' }, {}, { Url: 5 }],
    { Url: 'http://b', Foo: 'bar', HttpHeaders: { A: 'b' }, Timeout: 4 },
  ];
  return [
    ...modalities.flatMap((body) => [
      put('/modalities/new', body),
      get('/modalities/new/configuration'),
    ]),
    { method: 'DELETE', path: '/modalities/new' },
    ...[{}, { AET: 'X' }, { ...modality, Port: 1, Host: '127.0.0.1' }, 'no json'].map((body) =>
      post('/tools/dicom-echo', body),
    ),
    ...peers.flatMap((body) => [put('/peers/new', body), get('/peers/new/configuration')]),
    { method: 'DELETE', path: '/peers/new' },
    { method: 'DELETE', path: '/peers/new' },
  ];
}

function switches(): readonly NeighbourCall[] {
  const accepted = '/tools/accepted-transfer-syntaxes';
  const stored = '{{stored}}';
  return [
    ...['true', 'false', 'True', '1 ', '0'].flatMap((value) => [
      put('/tools/metrics', value),
      get('/tools/metrics'),
    ]),
    ...['verbose', 'loud'].map((value) => put('/tools/log-level', value)),
    put('/tools/log-level', 'default'),
    ...[
      ['1.2.840.10008.1.2'],
      ['foo'],
      '1.2.840.*',
      {},
      [5],
      '',
      ['1.2.840.10008.1.2.4.*'],
    ].flatMap((body) => [put(accepted, body), get(accepted)]),
    // Sent to itself: what is not accepted cannot be stored.
    post('/modalities/self/store', stored),
    put(accepted, '*'),
    post('/modalities/self/store', stored),
    ...[{}, { Resources: 'x' }, { Resources: [5] }, 'no json'].flatMap((body) => [
      post('/tools/bulk-delete', body),
      post('/tools/create-archive', body),
      post('/tools/bulk-content', body),
    ]),
  ];
}
