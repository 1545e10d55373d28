// The same proposals to the mock and the real server: their answers must agree in every field.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Connection } from '#core/dimse/connection.ts';
import type { Pdu } from '#core/dimse/pdu.ts';
import type { AssociateRequest } from '#core/dimse/pdu-associate.ts';
import { type OrthancUnderTest, pairs, skipLoudly } from './servers.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ECHO = '1.2.840.10008.1.1';
const FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const GET = '1.2.840.10008.5.1.4.1.2.2.3';
const [implicit, explicit, big, deflated, rle] = ['', '.1', '.2', '.1.99', '.5'].map(
  (tail) => `1.2.840.10008.1.2${tail}`,
);
const jpeg = (tail: string) => `1.2.840.10008.1.2.4.${tail}`;

/** Abstract syntax first, then the transfer syntaxes in the order in which they are proposed. */
const proposals: readonly (readonly (string | undefined)[])[] = [
  [CT, implicit, explicit],
  [CT, jpeg('50'), explicit],
  [CT, big, implicit],
  [CT, jpeg('90'), jpeg('50'), implicit],
  [CT, deflated, rle],
  [CT, deflated, implicit],
  [CT, big, jpeg('50')],
  [CT, rle, jpeg('50')],
  [CT, jpeg('70'), jpeg('50')],
  [CT, jpeg('100'), rle],
  [CT, jpeg('107')],
  [CT, jpeg('201')],
  [CT, '1.2.3.4'],
  [ECHO, implicit],
  [ECHO, big, implicit],
  [ECHO, jpeg('50')],
  [FIND, explicit, implicit],
  [GET, implicit],
  ['1.2.840.10008.5.1.4.1.2.3.1', implicit],
  ['1.2.840.10008.5.1.4.31', implicit],
  ['1.2.840.10008.1.20.1', implicit],
  ['1.2.840.10008.5.1.4.1.1.104.1', implicit],
  ['1.2.840.10008.5.1.4.1.1.66', implicit],
  ['1.2.840.10008.5.1.4.45.1', implicit],
  ['1.2.3.4.5', implicit],
];

async function associate(
  { dicomPort }: OrthancUnderTest,
  changes: Partial<AssociateRequest>,
): Promise<Pdu> {
  const socket = connect(dicomPort, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const connection = new Connection(socket);
  try {
    await connection.writePdu({
      kind: 'associate-rq',
      calledAet: 'ORTHANC',
      callingAet: 'ME',
      contexts: [],
      maxPduBytes: 32_768,
      implementationClassUid: '2.25.1',
      implementationVersion: 'TEST',
      roles: [],
      ...changes,
    });
    return await connection.readPdu();
  } finally {
    connection.destroy();
  }
}

const contexts = proposals.map(([abstractSyntax = '', ...syntaxes], index) => ({
  id: index * 2 + 1,
  result: 0,
  abstractSyntax,
  transferSyntaxes: syntaxes.filter((syntax) => syntax !== undefined),
}));
const ctOnly = contexts.slice(0, 1);

for (const { version, mock: emulated, real: installed } of pairs) {
  describe(`Association negotiation of ${version}`, function () {
    this.timeout(30_000);
    const servers: OrthancUnderTest[] = [];
    before(async function () {
      const reason = installed.missing();
      if (reason !== undefined) skipLoudly(this, reason);
      for (const { start } of [emulated, installed]) servers.push(await start());
    });
    after(async () => {
      await Promise.all(servers.map((server) => server.close()));
    });

    const cases: readonly (readonly [string, Partial<AssociateRequest>])[] = [
      ['contexts of every kind', { contexts }],
      [
        'roles for C-GET',
        { contexts: ctOnly, roles: [{ sopClassUid: CT, isScu: false, isScp: true }] },
      ],
      ['both roles', { contexts: ctOnly, roles: [{ sopClassUid: CT, isScu: true, isScp: true }] }],
      ['any called title', { contexts: ctOnly, calledAet: 'SOMEBODY' }],
    ];
    for (const [what, changes] of cases) {
      it(`is answered alike: ${what}`, async () => {
        const [mock, real] = await Promise.all(servers.map((server) => associate(server, changes)));

        assert.deepEqual(mock, real);
      });
    }
  });
}
