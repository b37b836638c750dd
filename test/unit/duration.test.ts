import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, Duration, describeSpan, earliest, toMilliseconds } from '../../src/core/values/duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['48h', 172_800_000],
    ['2d', 172_800_000],
  ])('"%s" lasts %i ms', (text, milliseconds) => {
    expect(Duration.parse(text)).toBe(text);
    expect(toMilliseconds(text)).toBe(milliseconds);
  });

  it.each(['', '5', '5 h', 'h', '-5m', '0s', '1w', '1h30m', '1e3s'])(
    'refuses "%s" and says what to write',
    (text) => {
      expect(Duration.safeParse(text).error?.issues[0]?.message).toMatch(/duration/);
    },
  );

  it('is read as written, whatever the number and unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom('s', 'm', 'h', 'd'), (count, unit) => {
        const factor = { s: 1, m: 60, h: 3_600, d: 86_400 }[unit] ?? 0;
        return toMilliseconds(`${count}${unit}`) === count * factor * 1_000;
      }),
    );
  });
});

describe('instants and spans', () => {
  it('adds a span to an instant', () => {
    expect(after(new Date('2026-03-08T07:59:00Z'), 60_000)).toEqual(new Date('2026-03-08T08:00:00Z'));
  });

  it('finds the earliest of the instants that exist', () => {
    const soon = new Date(1_000);
    expect(earliest([null, new Date(2_000), soon, undefined])).toBe(soon);
    expect(earliest([null, undefined])).toBeNull();
  });

  it.each([
    [400, '0 s'],
    [45_000, '45 s'],
    [12 * 60_000, '12 min'],
    [200 * 60_000, '3 h 20 min'],
    [(45 * 60 + 41) * 60_000, '1 d 21 h'],
    [52 * 3_600_000, '2 d 4 h'],
    [-45_000, '45 s'],
  ])('reads a span of %i ms as "%s"', (milliseconds, text) => {
    expect(describeSpan(milliseconds)).toBe(text);
  });
});
