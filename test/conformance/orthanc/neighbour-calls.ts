// Calls about modalities, peers and queries that are made of the mock and of the real Orthanc alike.

import { get, type NeighbourCall, post, settingCalls, timeouts } from './setting-calls.ts';

export type { NeighbourCall };

export interface NeighbourUids {
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

/** A file is sent for the body `FILE`, the id of a stored instance stands for `{{stored}}`. */
export function neighbourCalls(uids: NeighbourUids): readonly NeighbourCall[] {
  return [...finds(uids), ...queries(uids), ...moves(uids), ...stores(), ...settingCalls()];
}

function finds({ patient, study, series }: NeighbourUids): readonly NeighbourCall[] {
  const named = { PatientID: patient, StudyInstanceUID: study, SeriesInstanceUID: series };
  const extras = { ...named, PatientComments: '', NumberOfStudyRelatedSeries: '' };
  return [
    ...['patient', 'study', 'series', 'instance'].flatMap((level) => [
      post(`/modalities/b/find-${level}`, extras),
      post(`/modalities/b/find-${level}`, {}),
      post(`/modalities/b/find-${level}`, { PatientID: patient }),
    ]),
    post('/modalities/b/find', { PatientID: patient }),
    post('/modalities/b/find', {}),
    post('/modalities/b/find-study', {
      AccessionNumber: 'A2025*',
      SpecificCharacterSet: 'ISO_IR 192',
    }),
    ...[
      'no json',
      '[]',
      { Foo: '' },
      { PatientID: 5 },
      { PatientID: null },
      { PatientID: true },
    ].map((body) => post('/modalities/b/find-study', body)),
    post('/modalities/b/find-study', { PatientID: ['a'] }),
    ...['nope', 'down'].flatMap((name) => [
      post(`/modalities/${name}/find-study`, { PatientID: 'abc' }),
      post(`/modalities/${name}/find`, {}),
      post(`/modalities/${name}/find`, 'no json'),
      post(`/modalities/${name}/find-worklist`, 'no json'),
    ]),
    post('/modalities/b/find-worklist', { PatientID: '' }),
    post('/modalities/b/echo'),
    post('/modalities/b/echo', { CheckFind: true, Timeout: 5 }),
    ...timeouts.map((Timeout) => post('/modalities/b/echo', { Timeout })),
    ...[-5, 2 ** 31].flatMap((Timeout) => [
      post('/modalities/b/store', { Resources: ['{{stored}}'], Timeout }),
      post('/modalities/b/query', { Level: 'Study', Timeout }),
      post('/modalities/b/move', { Level: 'Study', Resources: [], Timeout }),
      post('/modalities/b/find-worklist', { Query: {}, Timeout }),
      post('/modalities/b/storage-commitment', { Resources: ['{{stored}}'], Timeout }),
      post('/modalities/nope/echo', { Timeout }),
    ]),
    post('/modalities/b/echo', 'no json'),
    post('/modalities/nope/echo', {}),
    post('/modalities/down/echo', {}),
  ];
}

function queries({ patient, study, series, instance }: NeighbourUids): readonly NeighbourCall[] {
  const asked = [
    ['Patient', { PatientID: patient, StudyDescription: '' }],
    ['Study', { PatientID: patient, NumberOfStudyRelatedSeries: '', PatientName: '*홍*' }],
    ['Series', { StudyInstanceUID: study, ReferencedStudySequence: '' }],
    ['Instance', { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance }],
  ] as const;
  return [
    ...asked.flatMap(([level, query]) => ofQuery(level, query)),
    query({ Level: 'Study', Query: { PatientID: patient, Modality: '' }, Normalize: false }),
    query({ Level: 'studies', LocalAet: 'OTHER', Timeout: 5 }),
    query({ Level: 'Study', Query: { SpecificCharacterSet: 'ISO_IR 192', PatientName: '*홍*' } }),
    query({ Level: 'Study', Query: { SpecificCharacterSet: '', PatientID: patient } }),
    ...charsets.map((SpecificCharacterSet) =>
      query({ Level: 'Study', Query: { SpecificCharacterSet, PatientID: patient } }),
    ),
    query({ Level: 'Foo' }),
    query({ Level: 5 }),
    query({ Query: {} }),
    query({ Level: 'Study', Query: { Foo: '' } }),
    query({ Level: 'Study', Query: { PatientID: 5 } }),
    query({ Level: 'Study', Query: [] }),
    query({ Level: 'Study', Normalize: 'yes' }),
    query({ Level: 'Study', LocalAet: 5 }),
    query('no json'),
    query([]),
    post('/modalities/nope/query', { Level: 'Study' }),
    post('/modalities/down/query', { Level: 'Study' }),
  ];
}

/** Known and not, in other spellings, and more than one. */
const charsets = [
  ...['ISO 2022 IR 100', 'ISO 2022 IR 149', 'ISO_IR 149', '\\ISO 2022 IR 149', 'ISO 2022 IR 87'],
  ...['GBK', 'ISO 2022 IR 159', 'FOO', 'iso_ir 192', ' ISO_IR 192 ', 'ISO 2022 IR 6', '\\'],
];

function query(body: unknown): NeighbourCall {
  return post('/modalities/b/query', body);
}

function ofQuery(level: string, asked: unknown): readonly NeighbourCall[] {
  const name = `{{${level}}}`;
  const answer = `/queries/${name}/answers/0`;
  const reads =
    'answers answers/0 answers/0/content answers/0/content?simplify answers/0/content?short answers?expand answers?expand&simplify level modality query query?simplify query?short answers/99/content answers/abc/content answers/99';
  return [
    { ...query({ Level: level, Query: asked }), capture: level },
    get(`/queries/${name}`),
    ...reads.split(' ').map((path) => get(`/queries/${name}/${path}`)),
    post(`${answer}/retrieve`, 'ORTHANC'),
    post(`${answer}/retrieve`, { TargetAet: 'ORTHANC', Simplify: true }),
    post(`/queries/${name}/answers/99/retrieve`, 'ORTHANC'),
    ...['', {}, { Full: true }, '[]', '{broken', 'UNKNOWN', { TargetAet: 5 }].map((body) =>
      post(`/queries/${name}/retrieve`, body),
    ),
    { ...post(`${answer}/retrieve`, { Asynchronous: true, Priority: 3 }), capture: 'job' },
    get('/jobs/{{job}}'),
    ...['query-studies', 'query-series', 'query-instances'].flatMap((child) => [
      post(`${answer}/${child}`, { Query: {} }),
      post(`${answer}/${child}`, { Query: { PatientID: '*', InstanceNumber: '' } }),
      post(`${answer}/${child}`, { Query: { Foo: '' } }),
      post(`${answer}/${child}`, 'no json'),
    ]),
    post(`/queries/${name}/answers/99/query-series`, { Query: {} }),
    { method: 'DELETE', path: `/queries/${name}` },
    { method: 'DELETE', path: `/queries/${name}` },
    get(`/queries/${name}/answers`),
    post(`/queries/${name}/retrieve`, 'ORTHANC'),
    post(`${answer}/query-series`, { Query: {} }),
  ];
}

function moves({ patient, study, series, instance }: NeighbourUids): readonly NeighbourCall[] {
  const move = (body: unknown) => post('/modalities/b/move', body);
  const one = { StudyInstanceUID: study };
  const oneSeries = { ...one, SeriesInstanceUID: series };
  return [
    move({ Level: 'Patient', Resources: [{ PatientID: patient }] }),
    move({ Level: 'Study', Resources: [one], TargetAet: 'ORTHANC' }),
    move({ Level: 'Series', Resources: [oneSeries] }),
    move({ Level: 'Instance', Resources: [{ ...oneSeries, SOPInstanceUID: instance }] }),
    move({ Level: 'Study', Resources: [one], LocalAet: 'OTHER', Timeout: 5, Asynchronous: true }),
    move({
      Level: 'Study',
      Resources: [{ ...one, PatientName: 'x' }, { StudyInstanceUID: '1.2' }],
    }),
    move({ Level: 'Study', Resources: [one], TargetAet: 'NOPE' }),
    ...[[{}], [], ['a'], {}, [{ Foo: '' }], [{ StudyInstanceUID: 5 }]].map((Resources) =>
      move({ Level: 'Study', Resources }),
    ),
    move({ Level: 'Study' }),
    move({ Resources: [] }),
    move({ Level: 'Foo', Resources: [] }),
    move({ Level: 5, Resources: [] }),
    move({ Level: 'Study', Resources: [one], TargetAet: 5 }),
    move('no json'),
    post('/modalities/nope/move', { Level: 'Study', Resources: [] }),
    post('/modalities/down/move', { Level: 'Study', Resources: [one] }),
    // C-GET came with 1.12.6.
    post('/modalities/b/get', { Level: 'Study', Resources: [one] }),
  ];
}

function stores(): readonly NeighbourCall[] {
  const Resources = ['{{stored}}'];
  return [
    post('/modalities/b/store', '{{stored}}'),
    post('/modalities/b/store', Resources),
    post('/modalities/b/store', { Resources, LocalAet: 'OTHER', Timeout: 5 }),
    post('/modalities/b/store', { Resources, MoveOriginatorAet: 'ME', MoveOriginatorID: 5 }),
    ...[
      { Resources: [] },
      {},
      'no json',
      '',
      { Resources: 'x' },
      { Resources: [5] },
      ['x'],
      '5',
    ].map((body) => post('/modalities/b/store', body)),
    post('/modalities/nope/store', '{{stored}}'),
    post('/modalities/down/store', '{{stored}}'),
    post('/modalities/down/store', { Resources, Permissive: true }),
    ...['b', 'nope', 'down'].map((name) => post(`/modalities/${name}/store-straight`, 'FILE')),
    post('/modalities/b/store-straight', 'no file'),
    post('/modalities/b/store-straight', ''),
    post('/peers/p/store-straight', 'FILE'),
    post('/peers/p/store-straight', 'no file'),
    post('/peers/nope/store-straight', 'FILE'),
    post('/peers/down/store-straight', 'FILE'),
    ...['p', 'auth'].flatMap((name) => [
      post(`/peers/${name}/store`, '{{stored}}'),
      post(`/peers/${name}/store`, { Resources: [], Compress: true }),
    ]),
    { ...post('/peers/p/store', { Resources, Asynchronous: true }), capture: 'job' },
    get('/jobs/{{job}}'),
    post('/peers/nope/store', '{{stored}}'),
    get('/peers/nope/system'),
  ];
}
