import { expect, it } from 'vitest';
import { RunTurns } from '../../src/orchestrator/run-turns.ts';
import { startForTest } from '../support/runs.ts';

const run = startForTest({ steps: [{ task: 'one', service: 'S' }] });

it('takes hundreds of events in order, but not all in one turn, so that other runs have theirs', async () => {
  const turns: [string, number][] = [];
  const runTurns = new RunTurns(async (runId, events) => {
    turns.push([runId, events.length]);
    await new Promise((resolve) => setImmediate(resolve));
    for (const { resolve } of events) resolve({ run });
  });
  const order: number[] = [];
  const many = Array.from({ length: 180 }, (_, index) =>
    runTurns.add('R-1', (transition) => transition).then(() => order.push(index)),
  );
  const other = runTurns.add('R-2', (transition) => transition);
  await Promise.all([...many, other]);
  expect(order).toEqual(Array.from({ length: 180 }, (_, index) => index));
  expect(turns.reduce((sum, [, count]) => sum + count, 0)).toBe(181);
  expect(Math.max(...turns.map(([, count]) => count))).toBeLessThanOrEqual(50);
});
