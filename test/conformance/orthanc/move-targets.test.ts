// C-MOVE to a modality that fails: what the one who asked is told, and when it is given up.
import assert from 'node:assert/strict';
import { EXPLICIT_LITTLE_ENDIAN, encodingOf } from '#core/dicom/transfer-syntax.ts';
import { textElement, writeDataset } from '#core/dicom/write.ts';
import { openAssociation } from '#core/dimse/association.ts';
import { CommandField, isPending } from '#core/dimse/command.ts';
import { STUDY_ROOT_MOVE } from '#core/dimse/sop-classes.ts';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import type { Manner } from '#test/support/dimse-peer.ts';
import { type DimseTap, tapDimse } from '#test/support/dimse-tap.ts';
import { peerOfSuite, sameOf, sessionsOfBoth, upload } from './both-servers.ts';
import type { OrthancUnderTest } from './servers.ts';

const files = [...seedDicomFiles()].slice(0, 2);
const study = '2.25.207216461317453911634236547294105117263.1.1';

/** Status and counts of each answer. */
async function move({ dicomPort: port }: OrthancUnderTest): Promise<readonly string[]> {
  const association = await openAssociation({
    host: '127.0.0.1',
    port,
    callingAet: 'ME',
    calledAet: 'ORTHANC',
    contexts: [{ abstractSyntax: STUDY_ROOT_MOVE, transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN] }],
  });
  try {
    const elements = [
      textElement('QueryRetrieveLevel', 'STUDY'),
      textElement('StudyInstanceUID', study),
    ].filter((element) => element !== undefined);
    const { id } = association.context(STUDY_ROOT_MOVE);
    await association.request(
      id,
      {
        field: CommandField.moveRequest,
        hasDataset: true,
        priority: 0,
        sopClassUid: STUDY_ROOT_MOVE,
        moveDestination: 'FAKE',
      },
      [writeDataset(elements, encodingOf(EXPLICIT_LITTLE_ENDIAN))],
    );
    const answers: string[] = [];
    for (;;) {
      const { command } = await association.response();
      const { status = -1, subOperations } = command;
      answers.push(`${status.toString(16)} ${JSON.stringify(subOperations)}`);
      if (!isPending(status)) return answers;
    }
  } finally {
    association.abort();
  }
}

interface Session {
  readonly server: OrthancUnderTest;
  readonly tap: DimseTap;
}

describe('The target of a C-MOVE', function () {
  this.timeout(30_000);
  const manners: readonly (readonly [Manner, statuses: readonly number[], last: string])[] = [
    ['answers', [0], '0'],
    ['answers', [0xb000], '0'],
    ['answers', [0xa700], 'c000'],
    ['answers', [0xc000], 'c000'],
    ['answers', [0, 0xa700], 'c000'],
    ...(['rejects', 'refuses', 'aborts', 'is silent', 'says nothing'] as const).map(
      (manner) => [manner, [], 'c000'] as const,
    ),
  ];
  const peer = peerOfSuite();
  const sessions = sessionsOfBoth<Session>(
    async (kind) => {
      const tap = await tapDimse(peer().port);
      const fake = { AET: 'FAKE', Host: '127.0.0.1', Port: tap.port, LocalAet: 'OTHER' };
      const server = await kind.start({ DicomModalities: { fake }, DicomScuTimeout: 1 });
      for (const file of files) await upload(server.url, file);
      return { server, tap };
    },
    async ({ server, tap }) => {
      await server.close();
      await tap.close();
    },
  );

  for (const [manner, statuses, last] of manners) {
    const shown = statuses.map((status) => status.toString(16)).join(', then ');
    it(`is told the same by both, and so is who asked, when it ${manner} ${shown}`, async () => {
      Object.assign(peer(), { manner, statuses });

      const { answers } = await sameOf(sessions, async ({ server, tap }) => {
        const answers = await move(server);
        return { answers, said: tap.said() };
      });

      assert.equal(answers.at(-1)?.split(' ')[0], last);
    });
  }
});
