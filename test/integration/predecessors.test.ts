import { describe, expect, it } from 'vitest';
import { cancelWorkOrder } from '../../src/scheduler/cancel-work-order.ts';
import { planWaitingOrders } from '../../src/scheduler/plan-waiting-orders.ts';
import { createCrewScheduler } from '../../src/services/crew-scheduler.ts';
import { createStores } from '../../src/store/stores.ts';
import { at, now, usePlanners } from '../support/planners.ts';
import { startForTest } from '../support/runs.ts';
import { makeOrder } from '../support/scheduling.ts';
import { buildStepContext } from '../support/step-context.ts';

const planners = usePlanners();
const { agency, planner, otherPlanner, workOrders, listTold } = planners;
const { runs } = createStores(planners.db);

const follower = (id: string, predecessor: string, minutes = 30) =>
  makeOrder(id, { after: { orderId: predecessor, minutes } });

/** A run that has not asked for a crew. */
function startRun(id: string, endedAt: Date | null = null): Promise<unknown> {
  const run = startForTest({ steps: [{ task: 'assignCrew', service: 'CrewScheduler' }] });
  return runs.insert({ ...run, _id: id, endedAt });
}

describe('a job that is to start after another one', () => {
  it('is free, after its minutes, once that one is done', async () => {
    const endedAt = at('2026-06-01T16:00:00Z');
    await workOrders.insert(makeOrder('first', { state: 'done', endedAt }));
    await workOrders.insert(follower('second', 'first', 45));
    expect(await planWaitingOrders(planner, now)).toMatchObject({ announced: ['second'] });
    const second = await workOrders.find('second');
    expect(second?.assignment?.start).toEqual(at('2026-06-01T16:45:00Z'));
  });

  it('waits, and says so once, while that one’s run has not come to its crew', async () => {
    await startRun('R-first');
    await workOrders.insert(follower('second', 'R-first'));
    await workOrders.insert(makeOrder('free'));
    for (let time = 0; time < 2; time += 1) await planWaitingOrders(planner, now);
    expect(await workOrders.find('second')).toMatchObject({
      state: 'waiting',
      unplacedReason: 'it is to start after R-first, which has not come to its crew yet',
    });
    expect(await workOrders.find('free')).toMatchObject({ state: 'announced' });
    expect(await listTold('work.unplaced')).toHaveLength(1);

    await workOrders.insert(makeOrder('R-first'));
    expect(await planWaitingOrders(planner, now)).toMatchObject({
      announced: expect.arrayContaining(['R-first', 'second']),
    });
    const [first, second] = [await workOrders.find('R-first'), await workOrders.find('second')];
    expect(Number(second?.assignment?.start)).toBeGreaterThanOrEqual(
      Number(first?.assignment?.end) + 30 * 60_000,
    );
  });

  it('is planned on its own when that one is called off, and dispatch hears of it once', async () => {
    await workOrders.insert(makeOrder('first', { earliestAt: at('2026-06-05T12:00:00Z') }));
    await cancelWorkOrder({ ...planner, timeZone: agency.timeZone }, 'first', now);
    await workOrders.insert(follower('second', 'first'));
    await Promise.all([planWaitingOrders(planner, now), planWaitingOrders(otherPlanner, now)]);
    expect(await workOrders.find('second')).toMatchObject({ state: 'announced', after: null });
    expect(await listTold('work.freed')).toEqual([{ orderId: 'second', predecessor: 'first' }]);
  });

  it('is planned on its own when that one’s run ended without asking for a crew', async () => {
    await startRun('R-rejected', now);
    await workOrders.insert(follower('second', 'R-rejected'));
    expect(await planWaitingOrders(planner, now)).toMatchObject({ announced: ['second'] });
    expect(await listTold('work.freed')).toEqual([{ orderId: 'second', predecessor: 'R-rejected' }]);
  });
});

describe('the crew scheduler', () => {
  const scheduler = createCrewScheduler({ workOrders, runs, requestPlanning: async () => {} });
  const ask = async (runId: string, after: { runId: string; minutes: number }) =>
    scheduler.execute(scheduler.input.parse({ after }), buildStepContext({ runId, now }));

  it('refuses for good a job after a run that there is not, and names it', async () => {
    await expect(ask('R-1', { runId: 'R-nowhere', minutes: 0 })).rejects.toMatchObject({
      code: 'schedule.unknownPredecessor',
      retryable: false,
      userMessage: expect.stringMatching(/after R-nowhere, and there is no such run: .*leave "after" out/),
    });
    expect(await workOrders.find('R-1')).toBeNull();
  });

  it('takes a job after a run that has no job yet', async () => {
    await startRun('R-early');
    expect(await ask('R-1', { runId: 'R-early', minutes: 5 })).toEqual({ kind: 'deferred' });
    expect(await workOrders.find('R-1')).toMatchObject({ after: { orderId: 'R-early', minutes: 5 } });
  });

  it('refuses jobs that would wait for each other, and a job for itself', async () => {
    await workOrders.insert(follower('R-2', 'R-1'));
    await workOrders.insert(follower('R-3', 'R-2'));
    const refusal = { code: 'schedule.circularPredecessor', retryable: false };
    await expect(ask('R-1', { runId: 'R-3', minutes: 0 })).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('R-1 after R-3 after R-2 after R-1'),
    });
    await workOrders.insert(makeOrder('R-4'));
    await expect(ask('R-4', { runId: 'R-4', minutes: 0 })).rejects.toMatchObject(refusal);
  });
});
