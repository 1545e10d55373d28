// Facts 4.3 and 4.4, row by row: what is refused, and in which words.
import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';
import { appointment, encounter, type Ids, idsOf, practitioner, withIds } from './bodies.ts';
import { validatorRows } from './validator-rows.ts';

/** Facts 4.3: body, failing keys with their rule and sentence. */
const patientRows: readonly (readonly [
  string,
  Record<string, unknown>,
  Record<string, unknown>,
])[] = [
  [
    'fname absent',
    { fname: undefined },
    { fname: { 'Required::NON_EXISTENT_KEY': 'fname must be provided, but does not exist' } },
  ],
  [
    'fname empty',
    { fname: '' },
    { fname: { 'NotEmpty::EMPTY_VALUE': 'First Name must not be empty' } },
  ],
  [
    'fname null',
    { fname: null },
    { fname: { 'NotEmpty::EMPTY_VALUE': 'First Name must not be empty' } },
  ],
  [
    'lname of one letter',
    { lname: 'x' },
    { lname: { 'LengthBetween::TOO_SHORT': 'Last Name must be 2 characters or longer' } },
  ],
  [
    'lname too long',
    { lname: 'x'.repeat(256) },
    { lname: { 'LengthBetween::TOO_LONG': 'Last Name must be 255 characters or shorter' } },
  ],
  [
    'sex M',
    { sex: 'M' },
    { sex: { 'LengthBetween::TOO_SHORT': 'Gender must be 4 characters or longer' } },
  ],
  [
    'DOB in another format',
    { DOB: '01/02/1990' },
    { DOB: { 'DateTime::INVALID_VALUE': 'Date of Birth must be a valid date' } },
  ],
  [
    'DOB that is no day',
    { DOB: '1990-02-30' },
    { DOB: { 'DateTime::INVALID_VALUE': 'Date of Birth must be a valid date' } },
  ],
  ['email malformed', { email: 'x' }, { email: { email: 'Email x is not a valid email' } }],
];

describe('facts 4.3: patient validation', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());
  const valid = { fname: '가람', lname: '한', sex: 'Female', DOB: '1990-02-03' };

  for (const [name, change, expected] of patientRows) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await world.call('POST', '/api/patient', {
        body: { ...valid, ...change },
      });

      assert.equal(status, 400);
      assert.deepEqual(json, {
        validationErrors: expected,
        internalErrors: [],
        data: [],
        links: [],
      });
    });
  }

  for (const change of [
    { lname: '한' },
    { sex: 'male' },
    { sex: 'Unknown' },
    { sex: 'Zzzz' },
    { email: '' },
    { email: 'a@b.kr' },
  ]) {
    it(`takes ${JSON.stringify(change)}`, async () => {
      const { status } = await world.call('POST', '/api/patient', {
        body: { ...valid, ...change },
      });

      assert.equal(status, 201);
    });
  }
});

const bareFamily = /appointment|medication|surgery|dental_issue|vital|soap_note/;

describe('facts 4.4: other validators', () => {
  let world: World;
  let ids: Ids & Record<string, string>;
  before(async () => {
    world = await openWorld();
    ids = await idsOf(world);
  });
  after(() => world.close());

  for (const [call, body, failing] of validatorRows) {
    it(`${call} refuses ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const [method = '', path = ''] = call.split(' ');
      const filled = withIds(path, ids);

      const { status, json } = await world.call(method, filled, { body });

      assert.equal(status, 400);
      const messages = bareFamily.test(path) ? json : json.validationErrors;
      assert.deepEqual(Object.keys(messages), failing);
    });
  }

  it('words each rule as facts 4.3 does', async () => {
    const said = async (path: string, body: unknown) => {
      const { json } = await world.call('POST', withIds(path, ids), { body });
      return json.validationErrors ?? json;
    };
    const visit = { ...appointment, pc_hometext: 'x' };
    const visits = '/api/patient/1/appointment';

    assert.deepEqual(await said('/api/patient/1/encounter/1/vital', { oxygen_saturation: 'x' }), {
      oxygen_saturation: { 'Numeric::NOT_NUMERIC': 'oxygen saturation must be numeric' },
    });
    assert.deepEqual(
      await said('/api/patient/:puuid/encounter', { ...encounter, class_code: 'XYZ' }),
      {
        class_code: {
          'InArray::NOT_IN_ARRAY': 'class code must be in the defined set of values',
        },
      },
    );
    assert.deepEqual(await said(visits, { ...visit, pc_aid: 999 }), {
      pc_aid: { 'Callback::INVALID_VALUE': 'pc aid is invalid' },
    });
    assert.deepEqual(await said(visits, { ...visit, pc_startTime: '9:45' }), {
      pc_startTime: {
        'Length::TOO_SHORT': 'pc startTime is too short and must be 5 characters long',
      },
    });
    assert.deepEqual(await said('/api/practitioner', { ...practitioner, email: 'x' }), {
      email: { 'Email::INVALID_VALUE': 'Email must be a valid email address' },
    });
  });

  it('words the bare family as facts 4.4 does', async () => {
    const { pc_title: _, ...body } = { ...appointment, pc_hometext: 'x' };

    const { text } = await world.call('POST', '/api/patient/1/appointment', { body });

    assert.equal(
      text,
      '{"pc_title":{"Required::NON_EXISTENT_KEY":"pc_title must be provided, but does not exist"}}',
    );
  });
});
