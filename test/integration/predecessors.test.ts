import { describe, expect, it } from 'vitest';
import { planWaitingOrders } from '../../src/scheduler/planning/plan-waiting-orders.ts';
import type { PlanningDeps } from '../../src/scheduler/planning/planning-deps.ts';
import { cancelWorkOrder } from '../../src/scheduler/work/cancel-work-order.ts';
import { createCrewScheduler } from '../../src/services/crew-scheduler.ts';
import { createStores } from '../../src/store/stores.ts';
import { at, now, usePlanners } from '../support/planners.ts';
import { morning, openDesk } from '../support/proposals.ts';
import { startForTest } from '../support/runs.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';
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
      unplaced: { why: 'it is to start after R-first, which has not come to its crew yet', fix: null },
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

it('a job that may begin in the year 9999, or 2^32 minutes after another, keeps nobody else from a crew', async () => {
  await workOrders.insert(makeOrder('far', { earliestAt: at('9999-12-31T00:00:00Z') }));
  await workOrders.insert(makeOrder('first'));
  await workOrders.insert(follower('never', 'first', 2 ** 32));
  const { announced, unplaced } = await planWaitingOrders(planner, now);
  expect({ announced, unplaced: [...unplaced].sort() }).toEqual({
    announced: ['first'],
    unplaced: ['far', 'never'],
  });
  for (const id of ['far', 'never'])
    expect((await workOrders.find(id))?.unplaced?.why).toMatch(/in the next \d+ days after it may begin/);
});

describe('jobs that wait for each other', () => {
  it('are named, and whoever waits for them waits too, while the others are planned', async () => {
    const ties = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['self', 'self'],
      ['late', 'a'],
      ['later', 'late'],
    ];
    for (const [id = '', predecessor = ''] of ties) await workOrders.insert(follower(id, predecessor));
    await workOrders.insert(makeOrder('free'));
    expect(await planWaitingOrders(planner, now)).toMatchObject({ announced: ['free'] });
    const reasonOf = async (id: string) => (await workOrders.find(id))?.unplaced?.why;
    expect(await reasonOf('b')).toMatch(/wait for each other for ever, b after c after a after b: /);
    expect(await reasonOf('self')).toMatch(/, self after self: /);
    expect(await reasonOf('late')).toBe('it is to start after a, which has to wait itself');
    expect(await reasonOf('later')).toBe('it is to start after late, which has to wait itself');
  });

  it('wait all of them while the run of the first has not come to its crew', async () => {
    await startRun('R-slow');
    await workOrders.insert(follower('second', 'R-slow'));
    await workOrders.insert(follower('third', 'second'));
    expect(await planWaitingOrders(planner, now)).toMatchObject({ announced: [] });
    expect((await workOrders.find('third'))?.state).toBe('waiting');
  });
});

describe('a job whose predecessor changes', () => {
  const crews = [
    makeCrew('north', { lead: 'U0SANTOS' }),
    makeCrew('south', { lead: 'U0KELLY', skills: ['concrete'] }),
  ];
  const two = {
    ...makeAgency(crews, { north: 1_000 }),
    operators: ['U0CHEN'],
    planning: { pinnedHours: 4, automaticMoves: 2, horizonDays: 5, milliseconds: 50 },
  };
  const plan = (changes: Partial<PlanningDeps> = {}, instant = morning) =>
    planWaitingOrders({ ...planner, ...changes, agency: two }, instant);
  const dig = () => makeOrder('dig', { earliestAt: at('2026-06-01T15:00:00Z') });
  const pave = () =>
    makeOrder('pave', { after: { orderId: 'dig', minutes: 0 }, requirements: { skills: ['concrete'] } });
  const decline = () => openDesk(planners, two).desk.work.decline('dig', 'U0SANTOS', 'gas leak');

  it('is not announced when that one was declined while it was being planned', async () => {
    await workOrders.insert(dig());
    await plan();
    await workOrders.insert(pave());
    let plans = 0;
    const engine: PlanningDeps['engine'] = {
      ...planner.engine,
      async plan(request) {
        plans += 1;
        if (plans === 1) await decline();
        return planner.engine.plan(request);
      },
    };
    expect(await plan({ engine })).toMatchObject({
      announced: [],
      unplaced: expect.arrayContaining(['pave']),
    });
    expect(await listTold('work.announced')).toHaveLength(1);
  });

  it('goes back when that one has no crew any more, also when it was accepted, and its crew is told why', async () => {
    await workOrders.insert(dig());
    await workOrders.insert(pave());
    await plan();
    const before = await workOrders.find('pave');
    if (before) await workOrders.save({ ...before, acceptedAt: morning });
    await decline();
    await plan();
    expect(await workOrders.find('pave')).toMatchObject({ state: 'waiting', assignment: null });
    const bulletins = await planners.db.collection('bulletins').find({ crewId: 'south' }).toArray();
    expect(bulletins.flatMap(({ changes }) => changes)).toMatchObject([
      { orderId: 'pave', kind: 'lost', cause: 'dig, which it is to start after, has no crew any more' },
    ]);
  });

  it('moves behind that one when it takes longer, though it was accepted', async () => {
    await workOrders.insert(dig());
    await workOrders.insert(pave());
    await plan();
    const [first, second] = [await workOrders.find('dig'), await workOrders.find('pave')];
    if (!first?.assignment || !second?.assignment) throw new Error('not announced');
    const { start, end } = first.assignment;
    await workOrders.save({ ...first, state: 'started', startedAt: start });
    await workOrders.save({ ...second, acceptedAt: morning });
    const later = (minutes: number) => new Date(end.getTime() + minutes * 60_000);
    expect(await plan({}, later(5))).toMatchObject({ moved: [] });
    expect(await plan({}, later(10))).toMatchObject({ moved: ['pave'] });
    const moved = await workOrders.find('pave');
    expect(Number(moved?.assignment?.start)).toBeGreaterThanOrEqual(Number(later(30)));
  });
});

describe('the crew scheduler', () => {
  const scheduler = createCrewScheduler({
    ...{ agency: { timeZone: 'UTC' }, workOrders, runs },
    requestPlanning: async () => {},
  });
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
