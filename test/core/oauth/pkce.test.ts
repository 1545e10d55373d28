import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { challengeOf, createPkcePair } from '#core/oauth/pkce.ts';

// RFC 7636 appendix B
const octets = Uint8Array.of(
  ...[116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186],
  ...[22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121],
);
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('createPkcePair', () => {
  it('makes the pair of RFC 7636 appendix B from its octets', () => {
    assert.deepEqual(
      createPkcePair(() => octets),
      { verifier, challenge, method: 'S256' },
    );
  });

  it('keeps to the alphabet and length of RFC 7636 section 4.1', () => {
    assert.match(createPkcePair(randomBytes).verifier, /^[A-Za-z0-9._~-]{43,128}$/);
  });
});

describe('challengeOf', () => {
  it('hashes the verifier of RFC 7636 appendix B', () => {
    assert.equal(challengeOf(verifier), challenge);
  });
});
