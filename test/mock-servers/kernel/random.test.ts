import assert from 'node:assert/strict';
import { createSeededRandom } from '#mock-servers/kernel/random.ts';

describe('createSeededRandom', () => {
  it('gives the same bytes for the same seed, however they are cut', () => {
    const one = createSeededRandom('seed', 'openemr');
    const other = createSeededRandom('seed', 'openemr');

    const pieces = Buffer.concat([one.randomBytes(1), one.randomBytes(40), one.randomBytes(23)]);

    assert.deepEqual(pieces, other.randomBytes(64));
  });

  it('is the key stream of AES-256-CTR, as openssl makes it', () => {
    // printf 'seed\0openemr' | sha256sum; head -c 16 /dev/zero | openssl enc -aes-256-ctr -K … -iv 0
    const expected = '70c3757d44138d3dd3724fbe5e1c4792';

    assert.equal(createSeededRandom('seed', 'openemr').randomBytes(16).toString('hex'), expected);
  });

  it('gives each stream and each seed bytes of its own', () => {
    const first = (seed: string, stream: string): string =>
      createSeededRandom(seed, stream).randomBytes(16).toString('hex');

    const all = [first('a', 'fhir'), first('a', 'openemr'), first('b', 'fhir')];

    assert.equal(new Set(all).size, 3);
  });

  it('makes version 4 UUIDs and repeats them after a rewind', () => {
    const random = createSeededRandom('seed', 'fhir');

    const uuids = [random.newUuid(), random.newUuid()];
    random.rewind();

    assert.match(
      String(uuids[0]),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.notEqual(uuids[0], uuids[1]);
    assert.equal(random.newUuid(), uuids[0]);
  });
});
