import assert from 'node:assert/strict';
import { labelOf } from '#extension/views/resource-label.ts';

const rows: readonly [title: string, resource: unknown, label: string, description: string][] = [
  [
    'a western name, given name first',
    {
      id: '1',
      name: [{ family: 'Smith', given: ['John', 'B.'] }],
      gender: 'male',
      birthDate: '1970-01-02',
    },
    'John B. Smith',
    '1970-01-02 · male · 1',
  ],
  [
    'a Korean name, family name first',
    { id: '2', name: [{ family: '김', given: ['서연'] }] },
    '김서연',
    '2',
  ],
  ['a name as text', { id: '3', name: [{ text: 'Dr. Who' }] }, 'Dr. Who', '3'],
  ['an organization', { id: '4', name: 'Clinic' }, 'Clinic', '4'],
  [
    'a measurement',
    {
      id: '5',
      code: { coding: [{ display: 'Body weight', code: '29463-7' }] },
      valueQuantity: { value: 71.5, unit: 'kg' },
      effectiveDateTime: '2024-05-06T10:00:00Z',
    },
    'Body weight',
    '2024-05-06 · 71.5 kg · 5',
  ],
  [
    'an encounter by its period',
    { id: '6', type: [{ text: 'Check-up' }], period: { start: '2024-01-01T09:00:00Z' } },
    'Check-up',
    '2024-01-01 · 6',
  ],
  ['a resource without anything to say, by its id', { id: '7' }, '7', ''],
  ['what is no resource', 'text', '', ''],
  ['fields of the wrong type', { id: '8', name: 3, code: [null], birthDate: {} }, '8', ''],
];

describe('labelOf', () => {
  for (const [title, resource, label, description] of rows) {
    it(`names ${title}`, () => {
      assert.deepEqual(labelOf(resource), { label, description });
    });
  }
});
