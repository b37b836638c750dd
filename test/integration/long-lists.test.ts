import { expect, it } from 'vitest';
import { handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const open = useEngines(db);

/** A handler that notes what it was called for, and how many calls were under way at once. */
function noteItems() {
  const items: unknown[] = [];
  let under = 0;
  const most = { atOnce: 0 };
  const handler = handlerForTest('service', 'S', async (input) => {
    items.push(input.item);
    most.atOnce = Math.max(most.atOnce, ++under);
    await new Promise((resolve) => setImmediate(resolve));
    under--;
    return { kind: 'done', output: { item: input.item } };
  });
  return { items, most, handler };
}

const each = (items: unknown[], concurrency: number) => ({
  steps: [
    {
      task: 'each',
      forEach: {
        items,
        concurrency,
        steps: [{ task: 'fix', service: 'S', with: { item: '$item' } }],
      },
    },
  ],
});

it.each([
  [300, 100],
  [1_000, 100],
])(
  'goes through a list of %i, %i at a time, once each and in order of the list',
  async (count, concurrency) => {
    const { items, most, handler } = noteItems();
    const engine = await open([handler], { announces: true });
    const list = Array.from({ length: count }, (_, index) => `lamp ${index}`);
    const commits: number[] = [];
    engine.listeners.add((run) => commits.push(run.version));
    const run = await engine.start(each(list, concurrency));
    const ended = await engine.ended(run._id);
    expect(ended.status).toBe('completed');
    expect(ended.steps.each?.output?.items).toEqual(list.map((item) => ({ item })));
    expect(items.toSorted()).toEqual(list.toSorted());
    expect(most.atOnce).toBeLessThanOrEqual(concurrency);
    // Results that come together share a commit: far fewer of them than items.
    expect(commits.length).toBeLessThan(count / 2);
  },
);
