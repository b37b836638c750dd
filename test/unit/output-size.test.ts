import fc from 'fast-check';
import { BSON } from 'mongodb';
import { expect, it } from 'vitest';
import { measureJson } from '../../src/core/steps/output-size.ts';

it('is never far below what MongoDB stores, and not far above', () => {
  const check = fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
    const stored = BSON.calculateObjectSize(value);
    expect(measureJson(value)).toBeGreaterThanOrEqual(0.9 * stored);
    expect(measureJson(value)).toBeLessThanOrEqual(2.5 * stored + 16);
  });
  fc.assert(check);
});

it.each([
  ['small numbers, which JSON writes much shorter', { list: Array.from({ length: 10_000 }, () => 1) }],
  ['a text of three bytes a character', { text: '道'.repeat(10_000) }],
  ['characters beyond the basic plane', { text: '🚧'.repeat(10_000) }],
])('measures %s', (_name, value) => {
  const stored = BSON.calculateObjectSize(value);
  expect(Math.abs(measureJson(value) / stored - 1)).toBeLessThan(0.6);
});
