import { describe, expect, it, vi } from 'vitest';
import type { RunRequest } from '../../src/core/run/workflow-run.ts';
import { createRuns, type RunsDeps } from '../../src/management/runs.ts';
import { startAsked } from '../../src/slack/runs/starting/start-asked.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { awaitApproval, repair } from '../support/slack-runs.ts';

const { run } = awaitApproval('R-7K2M9QXA');
const maya = { userId: 'U0RIVERA', name: 'maya' };
const ask = (change: Partial<RunRequest> = {}): RunRequest & { requestKey: string } => ({
  workflow: repair.name,
  input: { text: 'Hole, Oak Street 1' },
  requester: maya,
  origin: { kind: 'slack', channel: null },
  ...change,
  requestKey: 'key',
});

/** Runs over a store that keeps one run a key. */
function makeRuns() {
  const kept = new Map<string, object>();
  const start = vi.fn(async (made: RunRequest & { _id: string }) => {
    const key = made.requestKey ?? '';
    const found = kept.get(key);
    if (!found) kept.set(key, { ...run, ...made, workflow: repair.name });
    return { run: kept.get(key), inserted: !found };
  });
  const runs = createRuns({
    agency: makeAgency([makeCrew('north')]),
    definitions: new Map([[repair.name, repair]]),
    intakeLimit: { check: async () => {} },
    stores: { runs: {}, archive: {} },
    orchestrator: { start },
  } as unknown as RunsDeps);
  return { runs, kept };
}

describe('a request under a key that has started a run', () => {
  it('gets that run when it is the same', async () => {
    const { runs } = makeRuns();
    const { run: first } = await runs.start(ask());
    const again = await runs.start(
      ask({ input: { text: ' Hole, Oak Street 1 ' }, requester: { ...maya, name: 'Maya R.' } }),
    );
    expect(again).toEqual({ run: first, inserted: false });
  });

  it.each([
    ['input', { input: { text: 'Another street' } }],
    ['requester', { requester: { userId: 'U0CHEN', name: 'maya' } }],
    ['kind of requester', { requester: { userId: null, name: 'maya' } }],
  ])('is refused when it has another %s, and hears which run has the key', async (_what, change) => {
    const { runs } = makeRuns();
    const { run: first } = await runs.start(ask());
    await expect(runs.start(ask(change))).rejects.toMatchObject({
      code: 'run.otherRequest',
      userMessage: expect.stringContaining(first._id),
    });
  });

  it('starts a run of its own in Slack when it says something else, once', async () => {
    const { runs, kept } = makeRuns();
    const other = ask({ input: { text: 'Another street' } });
    const ids = [];
    for (const request of [ask(), other, ask(), other]) ids.push((await startAsked(runs, request))._id);
    expect(ids).toEqual([ids[0], ids[1], ids[0], ids[1]]);
    expect(ids[0]).not.toBe(ids[1]);
    expect(kept.size).toBe(2);
  });
});
