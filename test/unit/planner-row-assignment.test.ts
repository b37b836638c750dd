import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowAssignment } from '../../src/planner/search/row-assignment.ts';

const cost = fc.oneof(fc.constant(Infinity), fc.integer({ min: -9, max: 5 }));
const problems = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

/** The lowest sum of all assignments, tried one after the other. */
function lowestSum(costs: readonly number[][], taken: ReadonlySet<number> = new Set()): number {
  const [first, ...others] = costs;
  if (first === undefined) return 0;
  const sums = first.map((own, column) =>
    taken.has(column) || own === Infinity ? Infinity : own + lowestSum(others, new Set([...taken, column])),
  );
  return Math.min(lowestSum(others, taken), ...sums);
}

describe('giving rows to columns', () => {
  test('costs as little as the best of all ways, one problem after the other', () => {
    const assignment = new RowAssignment();
    fc.assert(
      fc.property(problems, (costs) => {
        const columns = costs[0]!.length;
        assignment.prepare(costs.length, columns);
        costs.forEach((row, number) => {
          row.forEach((own, column) => {
            assignment.allow(number, column, own);
          });
        });
        assignment.solve();
        const rows = Array.from({ length: columns }, (_, column) => assignment.rowOf(column));
        const used = rows.filter((row) => row >= 0);
        expect(new Set(used).size).toBe(used.length);
        const sum = rows.reduce((total, row, column) => total + (row < 0 ? 0 : costs[row]![column]!), 0);
        expect(sum).toBe(lowestSum(costs));
      }),
      { numRuns: 500 },
    );
  });
});
