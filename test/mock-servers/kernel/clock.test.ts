import assert from 'node:assert/strict';
import { createMockClock } from '#mock-servers/kernel/clock.ts';
import { fakeClock } from '#test/support/fake-clock.ts';

describe('createMockClock', () => {
  it('follows the real clock', () => {
    const real = fakeClock(1000);
    const clock = createMockClock(real);

    real.advance(5);

    assert.equal(clock.now(), 1005);
  });

  it('jumps and goes on from there', () => {
    const real = fakeClock(1000);
    const clock = createMockClock(real);

    clock.advance(3_600_000);
    real.advance(1);

    assert.equal(clock.now(), 3_601_001);
    assert.equal(clock.state().offsetMs, 3_600_000);
  });

  it('stands still while frozen and goes on from the frozen time', () => {
    const real = fakeClock(1000);
    const clock = createMockClock(real);

    clock.freeze();
    real.advance(500);
    const frozen = clock.now();
    clock.advance(7);
    clock.resume();
    real.advance(1);

    assert.equal(frozen, 1000);
    assert.equal(clock.now(), 1008);
  });

  it('returns to the real time on reset', () => {
    const real = fakeClock(1000);
    const clock = createMockClock(real, 50);
    clock.freeze();

    clock.reset();

    assert.deepEqual(clock.state(), {
      nowMs: 1000,
      iso: '1970-01-01T00:00:01.000Z',
      offsetMs: 0,
      frozen: false,
    });
  });
});
